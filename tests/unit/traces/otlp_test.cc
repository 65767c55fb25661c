#include "edge/traces/otlp.h"

#include <vector>

#include "tests/catch.h"

using edge::Span;
using traces::read_answer;

TEST_CASE("spans as OTLP has them in JSON, letter by letter") {
  Span order{.trace = {0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e,
                       0x47, 0x36},
             .id = 0x00f067aa0ba902b7,
             .kind = Span::Kind::server,
             .name = "order",
             .begin = {1'767'355'200'123'456'789},
             .end = {1'767'355'200'200'000'000}};
  order.attributes = {{"saga.order.id", std::string{"a \"b\"\n"}}, {"saga.step", std::int64_t{-7}}};
  Span step = order;
  step.id = 1;
  step.parent = order.id;
  step.kind = Span::Kind::internal;
  step.name = "PaymentNotAuthorized";
  step.error = "payment_declined";
  step.attributes.clear();
  const std::string trace = R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":)";
  const std::string times =
      R"("startTimeUnixNano":"1767355200123456789","endTimeUnixNano":"1767355200200000000","attributes":[)";
  CHECK(
      traces::render({.version = "0.1.0", .instance_id = "e-1"}, std::vector{order, step}) ==
      R"({"resourceSpans":[{"resource":{"attributes":[)"
      R"({"key":"service.name","value":{"stringValue":"order-engine"}},)"
      R"({"key":"service.version","value":{"stringValue":"0.1.0"}},)"
      R"({"key":"service.instance.id","value":{"stringValue":"e-1"}}]},)"
      R"("scopeSpans":[{"scope":{"name":"order-engine"},"spans":[)" +
          trace + R"("00f067aa0ba902b7","flags":1,"name":"order","kind":2,)" + times +
          R"({"key":"saga.order.id","value":{"stringValue":"a \"b\"\u000a"}},)"
          R"({"key":"saga.step","value":{"intValue":"-7"}}]},)" +
          trace +
          R"("0000000000000001","parentSpanId":"00f067aa0ba902b7","flags":1,"name":"PaymentNotAuthorized","kind":1,)" +
          times + R"(],"status":{"code":2,"message":"payment_declined"}}]}]}]})");
}

TEST_CASE("a collector says how many spans it has not taken, as a string or a number") {
  CHECK(read_answer(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}})").spans == 3);
  CHECK(read_answer(R"({"partialSuccess":{"rejectedSpans":4}})").spans == 4);
  CHECK(read_answer(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}})").why == "too old");
  for (const char* const none : {"", "{}", R"({"partialSuccess":{}})", R"({"partialSuccess":null})", "[1]",
                                 "\x0a\x02", R"({"partialSuccess":{"rejectedSpans":"many"}})",
                                 R"({"partialSuccess":{"rejectedSpans":-1}})", R"({"partialSuccess":7})"})
    CHECK(read_answer(none).spans == 0);
}
