// What is read of a request, and what is broken or foreign about one.
#include "engine/codec/request_parser.h"

#include <string>
#include <vector>

#include "tests/catch.h"

namespace {

using Kind = engine::Request::Kind;
using Headers = std::vector<engine::Log::Header>;

const std::string id = "0190a6e0-0000-7000-8000-000000000001";

std::string structured(const std::string& type, const std::string& data, const std::string& more = "") {
  return R"({"specversion":"1.0","id":"a1","source":"/pay","type":")" + type + R"(","subject":")" + id +
         R"(","causationid":")" + id + R"(.1")" + more + R"(,"data":)" + data + "}";
}

engine::Request parse(const std::string& value, const Headers& headers = {}, const std::string& prefix = "") {
  codec::RequestParser parser(prefix);
  return parser.parse(7, value, headers);
}

}  // namespace

TEST_CASE("a structured request is read") {
  const std::string data =
      R"({"reference":"pi_1","reason":"why","carrier":"UPS","trackingNumber":"T1","data":{"a": 1}})";
  const engine::Request read = parse(structured("PaymentConfirmed", data));
  REQUIRE(read.kind == Kind::answer);
  REQUIRE(read.offset == 7);
  REQUIRE(read.order.str() == id);
  REQUIRE(read.step == 1);
  REQUIRE(read.event == saga::EventKind::PaymentConfirmed);
  REQUIRE(read.said.reference == "pi_1");
  REQUIRE(read.said.detail == "why");
  REQUIRE(read.said.carrier == "UPS");
  REQUIRE(read.said.tracking_number == "T1");
  REQUIRE(read.said.data == R"({"a": 1})");
  REQUIRE(read.said.cause == "/pay#a1");
}

TEST_CASE("a binary request is read, with and without a body") {
  const std::string cause = id + ".12";
  Headers headers{{"ce_specversion", "1.0"},       {"ce_id", "b"},     {"ce_source", "/ship"},
                  {"ce_type", "x.ShippingFailed"}, {"ce_subject", id}, {"ce_causationid", cause}};
  const engine::Request read = parse(R"({"reason":"lost"})", headers, "x.");
  REQUIRE(read.kind == Kind::answer);
  REQUIRE(read.step == 12);
  REQUIRE(read.said.detail == "lost");
  REQUIRE(read.said.cause == "/ship#b");
  REQUIRE(parse("", headers, "x.").kind == Kind::answer);
}

TEST_CASE("an event that answers no turn is foreign") {
  REQUIRE(parse(structured("OrderPlaced", "{}")).kind == Kind::foreign);
  REQUIRE(parse(structured("SomethingElse", "{}")).kind == Kind::foreign);
  REQUIRE(parse(structured("PaymentConfirmed", "{}"), {}, "x.").kind == Kind::foreign);
}

TEST_CASE("what is not as it must be is broken") {
  const std::string good = structured("PaymentConfirmed", "{}");
  REQUIRE(parse(good).kind == Kind::answer);
  const auto without = [&](const std::string& part, const std::string& instead) {
    std::string text = good;
    text.replace(text.find(part), part.size(), instead);
    return parse(text).kind;
  };
  REQUIRE(without("\"id\":\"a1\"", "\"id\":\"\"") == Kind::broken);
  REQUIRE(without("/pay", "") == Kind::broken);
  REQUIRE(without("\"subject\"", "\"object\"") == Kind::broken);
  REQUIRE(without("\"causationid\"", "\"because\"") == Kind::broken);
  REQUIRE(without(id + ".1", id + ".0") == Kind::broken);
  REQUIRE(without(id + ".1", id) == Kind::broken);
  REQUIRE(without("\"type\"", "\"kind\"") == Kind::broken);
  REQUIRE(without(R"("data":{})", R"("data":7)") == Kind::broken);
  REQUIRE(without("/pay", R"(\u0001)") == Kind::broken);
  REQUIRE(parse("").kind == Kind::broken);
  REQUIRE(parse("no JSON").kind == Kind::broken);
  REQUIRE(parse(good + good).kind == Kind::broken);
}

TEST_CASE("what cannot stand in an event is broken") {
  const auto said = [](const std::string& data) { return parse(structured("PaymentConfirmed", data)).kind; };
  REQUIRE(said(R"({"reference":7})") == Kind::broken);
  REQUIRE(said(R"({"data":[]})") == Kind::broken);
  REQUIRE(said(R"({"data":{"a":}})") == Kind::broken);
  REQUIRE(said(R"({"reference":")" + std::string(codec::request_text_bytes, 'a') + "\"}") == Kind::answer);
  REQUIRE(said(R"({"reference":")" + std::string(codec::request_text_bytes + 1, 'a') + "\"}") ==
          Kind::broken);
  REQUIRE(said(R"({"data":{"a":")" + std::string(codec::request_data_bytes, 'a') + "\"}}") == Kind::broken);
  REQUIRE(parse(structured("ShippingConfirmed", "{}")).kind == Kind::broken);  // no tracking number
  REQUIRE(parse(structured("ShippingConfirmed", R"({"trackingNumber":"T"})")).kind == Kind::answer);
  const std::string cause = id + ".1";
  REQUIRE(parse("{}", {{"ce_specversion", "1.0"},
                       {"ce_id", "\xff"},
                       {"ce_source", "/pay"},
                       {"ce_type", "PaymentConfirmed"},
                       {"ce_subject", id},
                       {"ce_causationid", cause}})
              .kind == Kind::broken);
}
