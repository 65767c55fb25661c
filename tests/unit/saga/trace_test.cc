#include "engine/saga/trace.h"

#include <set>
#include <string>

#include "tests/catch.h"

using saga::OrderId;
using saga::Trace;

namespace {

const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string written(const Trace& trace) {
  const Trace::Text text = trace.text();
  return {text.data(), text.size()};
}

OrderId order(std::uint32_t number) {
  OrderId id;
  for (std::size_t i = 0; i < 4; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

}  // namespace

TEST_CASE("a traceparent is read, and written as it was") {
  const auto trace = Trace::parse(good);
  REQUIRE(trace);
  REQUIRE(trace->id[0] == 0x4b);
  REQUIRE(trace->id[15] == 0x36);
  REQUIRE(trace->span == 0x00f067aa0ba902b7);
  REQUIRE(trace->sampled());
  REQUIRE(written(*trace) == good);
  REQUIRE(Trace::written_by_us(good));
  REQUIRE_FALSE(Trace::parse(good.substr(0, 53) + "00")->sampled());
}

TEST_CASE("of flags those are passed on that have a meaning") {
  REQUIRE(written(*Trace::parse(good.substr(0, 53) + "ff")) == good.substr(0, 53) + "03");
  REQUIRE_FALSE(Trace::parse(good.substr(0, 53) + "fe")->sampled());
  REQUIRE_FALSE(Trace::written_by_us(good.substr(0, 53) + "ff"));
}

TEST_CASE("of a version to come what version 00 knows is read, and written as that") {
  for (const char* const rest : {"", "-what-the-future-will-be-like", "-"}) {
    const auto trace = Trace::parse("cc" + good.substr(2) + rest);
    REQUIRE(trace);
    REQUIRE(written(*trace) == good);
  }
  REQUIRE_FALSE(Trace::parse("cc" + good.substr(2) + ".what-the-future-will-not-be-like"));
  REQUIRE_FALSE(Trace::written_by_us("cc" + good.substr(2)));
}

// The cases are those of the test suite of the specification.
TEST_CASE("what is no traceparent is none") {
  const std::string id = good.substr(3, 32), span = good.substr(36, 16);
  for (const std::string& bad : {std::string{},
                                 good.substr(1),
                                 good.substr(0, 54),
                                 good + "-what",
                                 good + "0",
                                 " " + good,
                                 "ff-" + id + "-" + span + "-01",
                                 "0x-" + id + "-" + span + "-01",
                                 "0-" + id + "-" + span + "-001",
                                 "00-" + std::string(32, '0') + "-" + span + "-01",
                                 "00-" + id + "-" + std::string(16, '0') + "-01",
                                 "00-" + id.substr(0, 31) + "x-" + span + "-01",
                                 "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + span + "-01",
                                 "00-" + id + "-" + span.substr(0, 15) + "B-01",
                                 "00-" + id + "-+0f067aa0ba902b7-01",
                                 "00-" + id + "-" + span + "-.1",
                                 "00-" + id + "-" + span + "-0A",
                                 "00_" + id + "-" + span + "-01",
                                 "00-" + id + "_" + span + "-01",
                                 "00-" + id + "-" + span + "_01",
                                 good + ", " + good}) {
    CAPTURE(bad);
    REQUIRE_FALSE(Trace::parse(bad));
    REQUIRE_FALSE(Trace::written_by_us(bad));
  }
}

TEST_CASE("an order that came without a trace begins one under its own id") {
  const auto id = *OrderId::parse("0190a1b2-0000-7000-8000-000000000001");
  const auto trace = Trace::begin(id, 1);
  REQUIRE(trace);
  REQUIRE(trace->id == id.bytes);
  REQUIRE(trace->span == saga::span_of(id));
  REQUIRE(trace->sampled());
  REQUIRE(Trace::parse(written(*trace)) == trace);
  REQUIRE_FALSE(Trace::begin(id, 0));
  REQUIRE_FALSE(Trace::begin(OrderId{}, 1));  // an id of zeros is no trace's
}

TEST_CASE("a share of the orders begin a trace, though their ids are not drawn") {
  constexpr std::uint32_t count = 100'000;
  for (const double share : {0.01, 0.5}) {
    std::uint32_t begun = 0;
    for (std::uint32_t i = 1; i <= count; ++i) begun += Trace::begin(order(i), share) ? 1U : 0U;
    REQUIRE(begun > 0.9 * share * count);
    REQUIRE(begun < 1.1 * share * count);
  }
  for (std::uint32_t i = 1; i <= count; ++i) REQUIRE(Trace::begin(order(i), 1));
}

TEST_CASE("spans of an order have ids of their own, the same in every engine") {
  std::set<std::uint64_t> seen;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    REQUIRE(seen.insert(saga::span_of(order(i))).second);
    for (std::uint32_t step = 1; step <= 8; ++step) {
      REQUIRE(seen.insert(saga::span_of_step(order(i), step)).second);
      REQUIRE(seen.insert(saga::span_of_ack(order(i), step)).second);
    }
  }
  REQUIRE(seen.count(0) == 0);
  // Written down: the engine that takes an order up may be another version.
  const auto id = *OrderId::parse("0190a1b2-0000-7000-8000-000000000001");
  REQUIRE(saga::span_of(id) == 0x1f95484811118cf2);
  REQUIRE(saga::span_of_step(id, 2) == 0x851fec019e4f5d42);
}
