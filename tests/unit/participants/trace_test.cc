// The trace that a call belongs to, and its span.
#include "engine/saga/trace.h"

#include "tests/unit/participants/support.h"

using namespace participants_test;
using saga::Trace;

namespace {

const std::string came = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class Recorded final : public edge::Spans {
 public:
  Recorded() : Spans(clock_) {}
  void take(std::vector<edge::Span> spans) override {
    const std::lock_guard lock(mutex_);
    for (edge::Span& span : spans) spans_.push_back(std::move(span));
  }
  std::vector<edge::Span> all() {
    const std::lock_guard lock(mutex_);
    return spans_;
  }

 private:
  runtime::SystemClock clock_;
  std::mutex mutex_;
  std::vector<edge::Span> spans_;
};

/// What the participant is told of the trace, by header; it answers 503 first.
struct Told {
  explicit Told(edge::Spans* spans, const std::string& traceparent)
      : peer([this](Connection& connection) {
          while (auto request = connection.request()) {
            headers.push_back(request->value("traceparent"));
            connection.answer(headers.size() == 1 ? 503 : 200, confirmed);
          }
        }),
        world([&] {
          Settings made = settings(peer.url());
          made.spans = spans;
          return made;
        }()) {
    for (std::uint32_t attempt = 1; attempt <= 2; ++attempt) {
      Call made = call(attempt);
      made.attempt = attempt;
      made.traceparent = traceparent;
      made.step_span = 77;
      world.made(made);
    }
  }
  std::vector<std::string> headers;
  Peer peer;
  World world;
};

}  // namespace

TEST_CASE("a participant is told the order's trace as it came while nobody records it") {
  CHECK(Told(nullptr, came).headers == std::vector{came, came});
  CHECK(Told(nullptr, "").headers == std::vector<std::string>{"", ""});
  Recorded spans;
  const std::string unsampled = came.substr(0, 53) + "00";
  CHECK(Told(&spans, unsampled).headers == std::vector{unsampled, unsampled});
  CHECK(Told(&spans, "").headers == std::vector<std::string>{"", ""});
  CHECK(spans.all().empty());
}

TEST_CASE("each attempt of a call that is recorded has a span of its own, within its step") {
  Recorded spans;
  const Told told(&spans, came);
  const std::vector<edge::Span> made = spans.all();
  REQUIRE(made.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto header = Trace::parse(told.headers[i]);
    REQUIRE(header);
    CHECK(header->id == Trace::parse(came)->id);
    CHECK(header->sampled());
    CHECK(header->span == made[i].id);
    CHECK(made[i].trace == header->id);
    CHECK(made[i].parent == 77);
    CHECK(made[i].kind == edge::Span::Kind::client);
    CHECK(made[i].name == "payment.charge");
    CHECK(made[i].begin <= made[i].end);
    CHECK(std::get<std::int64_t>(made[i].attributes.at(1).second) == static_cast<std::int64_t>(i + 1));
  }
  CHECK(made[0].id != made[1].id);
  CHECK(std::get<std::int64_t>(made[0].attributes.at(2).second) == 503);
  CHECK_FALSE(made[0].error.empty());
  CHECK(made[1].error.empty());
}
