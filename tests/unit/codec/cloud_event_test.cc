#include "engine/codec/cloud_event.h"

#include <simdjson.h>

#include <map>
#include <string>

#include "engine/limits.h"
#include "engine/tape/advance.h"
#include "tests/catch.h"
#include "tests/unit/journal/orders.h"

using codec::CloudEvents;
using codec::EventStyle;
using codec::Mode;
using codec::Rendered;
using saga::EventKind;
using saga::State;

namespace {

struct Text {
  std::string memory;
  Rendered rendered;
};

Text render(const CloudEvents& events, const tape::Event& event, std::int64_t epoch = 1841,
            std::uint64_t seq = 77) {
  Text out;
  const std::size_t max = events.bytes_max(event);
  out.memory.assign(max + 64, '\x7f');
  out.rendered = events.render(out.memory.data(), event, epoch, seq);
  REQUIRE(out.rendered.text.size() <= max);
  REQUIRE(out.memory.substr(max) == std::string(64, '\x7f'));  // nothing behind the measured room
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  REQUIRE(parser.parse(out.rendered.text.data(), out.rendered.text.size()).get(json) == simdjson::SUCCESS);
  return out;
}

std::string hex_of_body_hash() {
  std::string hex;
  for (int i = 0; i < 32; ++i) hex += "ab";
  return hex;
}

tape::Event event(tape::Record& record, std::uint32_t step, EventKind kind, State state,
                  saga::Reason reason = saga::Reason::none) {
  return {.record = &record,
          .at = journal::test::placed_at,
          .step = step,
          .kind = kind,
          .state = state,
          .reason = reason};
}

std::string head(const std::string& step, const std::string& handler, const std::string& type,
                 const std::string& cause) {
  const std::string id = "0190a1b2-0000-7000-8000-000000000001";
  const std::map<std::string, std::string> turns{{"OrderPlaced", "payment.charge"},
                                                 {"PaymentConfirmed", "inventory.reserve"},
                                                 {"InventoryUpdated", "shipping.ship"},
                                                 {"ShippingConfirmed", "notification.send"}};
  const auto turn = turns.find(type);
  return R"({"specversion":"1.0","id":")" + id + "." + step + R"(","source":"/saga/)" + handler +
         R"(","type":")" + type + R"(","subject":")" + id + R"(","time":"2026-01-02T03:04:05.123456Z",)" +
         R"("datacontenttype":"application/json",)" +
         (cause.empty() ? "" : R"("causationid":")" + id + "." + cause + R"(",)") +
         (turn == turns.end() ? "" : R"("turn":")" + turn->second + R"(",)") +
         R"("epoch":"1841","seq":"77","data":{"orderId":")" + id + R"(",)";
}

}  // namespace

TEST_CASE("the events of the happy path, letter by letter") {
  const CloudEvents events({.mail_domain = "shop.example"});
  const tape::OwnedRecord record = journal::test::short_order();
  record->payment_reference = tape::ShortText("sim-1");
  record->tracking_number = tape::ShortText("SIM1");

  REQUIRE(render(events, journal::test::placed(*record)).rendered.text ==
          head("1", "order", "OrderPlaced", "") +
              R"("userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2","userEmail":"you@example.com",)"
              R"("item":"keyboard","amount":49.99,"amountMinor":4999,"currency":"USD","bodyHash":")" +
              hex_of_body_hash() + R"("}})");
  REQUIRE(render(events, event(*record, 2, EventKind::PaymentConfirmed, State::paid)).rendered.text ==
          head("2", "payment", "PaymentConfirmed", "1") +
              R"("amount":49.99,"amountMinor":4999,"currency":"USD","reference":"sim-1"}})");
  const auto updated = event(*record, 3, EventKind::InventoryUpdated, State::reserved);
  REQUIRE(render(events, updated).rendered.text ==
          head("3", "inventory", "InventoryUpdated", "2") + R"("lines":[{"sku":"keyboard","quantity":1}]}})");
  record->lines_left[0] = 41;
  REQUIRE(render(events, updated).rendered.text ==
          head("3", "inventory", "InventoryUpdated", "2") +
              R"("lines":[{"sku":"keyboard","quantity":1,"left":41}]}})");
  REQUIRE(render(events, event(*record, 4, EventKind::ShippingConfirmed, State::shipped)).rendered.text ==
          head("4", "shipping", "ShippingConfirmed", "3") +
              R"("carrier":"simulated","trackingNumber":"SIM1"}})");
  REQUIRE(render(events, event(*record, 5, EventKind::NotificationSent, State::completed)).rendered.text ==
          head("5", "notification", "NotificationSent", "4") +
              R"("template":"shipping-confirmation","messageId":)"
              R"("shipping-confirmation.0190a1b2-0000-7000-8000-000000000001@shop.example"}})");
  record->mail_unconfirmed = true;
  REQUIRE(render(events, event(*record, 5, EventKind::NotificationSent, State::completed))
              .rendered.text.ends_with(R"(@shop.example","confirmed":false}})"));
  record->mail_answer = "550 5.1.1 no \"you\"";
  REQUIRE(render(events, event(*record, 5, EventKind::NotificationFailed, State::completed,
                               saga::Reason::mail_refused))
              .rendered.text == head("5", "notification", "NotificationFailed", "4") +
                                    R"("template":"shipping-confirmation","answer":"550 5.1.1 no \"you\"",)" +
                                    R"("reason":"mail_refused"}})");
}

TEST_CASE(
    "whoever has the turn is told the event that gave it, without its place, with the order and what to "
    "undo") {
  const CloudEvents events({.mail_domain = "shop.example"});
  const tape::OwnedRecord record = journal::test::short_order();
  const std::string id = "0190a1b2-0000-7000-8000-000000000001";
  const std::string order =
      R"({"orderId":")" + id +
      R"(","userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2","userEmail":"you@example.com",)"
      R"("item":"keyboard","amount":49.99,"amountMinor":4999,"currency":"USD","bodyHash":")" +
      hex_of_body_hash() + R"("})";
  const engine::Time at = journal::test::placed(*record).at;
  const auto step = [&](EventKind kind, State to, saga::Reason reason = saga::Reason::none) {
    tape::take_step(*record, kind, to, reason, at);
  };
  step(EventKind::OrderPlaced, State::placed);
  const std::string head = R"({"specversion":"1.0","id":")" + id;
  REQUIRE(events.render_turn(*record) ==
          head + R"(.1","source":"/saga/order","type":"OrderPlaced","subject":")" + id +
              R"(","time":"2026-01-02T03:04:05.123456Z","datacontenttype":"application/json",)"
              R"("turn":"payment.charge","data":)" +
              order.substr(0, order.size() - 1) + R"(,"capture":"now","order":)" + order + "}}");

  record->keep_answer(EventKind::PaymentConfirmed,
                      {.reference = "pi_1", .data = R"({"n":1e999})", .cause = "/pay#7"});
  step(EventKind::PaymentConfirmed, State::paid);
  const std::string reserve = events.render_turn(*record);
  REQUIRE(reserve.find(R"("causationid":"/pay#7","turn":"inventory.reserve")") != std::string::npos);
  REQUIRE(reserve.find(R"("reference":"pi_1","data":{"n":1e999},"order":{)") != std::string::npos);

  step(EventKind::OrderCancelRequested, State::refunding, saga::Reason::customer_request);
  const std::string undo = events.render_turn(*record);
  REQUIRE(undo.starts_with(head + R"(.3","source":"/saga/order","type":"OrderCancelRequested")"));
  REQUIRE(undo.find(R"("by":"customer","undoes":")" + id +
                    R"(.payment.charge","reference":"pi_1","order":{)") != std::string::npos);
  step(EventKind::OrderParked, State::parked_refunding, saga::Reason::unavailable);
  step(EventKind::OrderResumed, State::refunding);
  REQUIRE(events.render_turn(*record) == undo);  // it is the turn it was
}

TEST_CASE("a mail that is asked for again has an id of its own, by the step that asked for it") {
  const CloudEvents events({.source = "/saga", .mail_domain = "shop.example"});
  const tape::OwnedRecord record = journal::test::short_order();
  record->mail_by = "desk \"2\"";
  record->ask_for_mail(6);
  REQUIRE(render(events, event(*record, 6, EventKind::MailRequested, State::cancelled_mailing))
              .rendered.text.ends_with(R"("template":"order-cancelled","by":"desk \"2\""}})"));
  REQUIRE(
      render(events, event(*record, 7, EventKind::NotificationSent, State::cancelled))
          .rendered.text.ends_with(R"("messageId":"order-cancelled.0190a1b2-0000-7000-8000-000000000001.6@)"
                                   R"(shop.example","again":true}})"));
  REQUIRE(render(events, event(*record, 7, EventKind::NotificationFailed, State::completed,
                               saga::Reason::mail_refused))
              .rendered.text.ends_with(R"("reason":"mail_refused","again":true}})"));
}

TEST_CASE("prefix and source of the settings, escaped in the text and plain in the headers") {
  const CloudEvents events({.type_prefix = "com.\"shop\".", .source = "/a\\b", .mode = Mode::binary});
  const tape::OwnedRecord record = journal::test::short_order();
  const Text text = render(events, journal::test::placed(*record));
  REQUIRE(text.rendered.text.find(R"("source":"/a\\b/order","type":"com.\"shop\".OrderPlaced")") !=
          std::string_view::npos);
  std::map<std::string, std::string, std::less<>> headers;
  const codec::RecordHeaders list = events.headers(text.rendered);
  for (const auto& [name, value] : list.view()) headers.emplace(name, value);
  REQUIRE(headers == decltype(headers){{"content-type", "application/json"},
                                       {"ce_specversion", "1.0"},
                                       {"ce_id", "0190a1b2-0000-7000-8000-000000000001.1"},
                                       {"ce_source", "/a\\b/order"},
                                       {"ce_turn", "payment.charge"},
                                       {"ce_type", "com.\"shop\".OrderPlaced"},
                                       {"ce_subject", "0190a1b2-0000-7000-8000-000000000001"},
                                       {"ce_time", "2026-01-02T03:04:05.123456Z"},
                                       {"ce_epoch", "1841"},
                                       {"ce_seq", "77"}});
  const std::string_view value = events.value(text.rendered);
  REQUIRE(value.substr(0, 12) == R"({"orderId":")");
  REQUIRE(value.back() == '}');
  simdjson::dom::parser parser;
  REQUIRE(parser.parse(value.data(), value.size()).error() == simdjson::SUCCESS);
  saga::Order draft = record->order;
  draft.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const tape::OwnedRecord traced(tape::Record::create(draft));
  const Text second = render(events, event(*traced, 2, EventKind::PaymentConfirmed, State::paid));
  REQUIRE(events.headers(second.rendered).view().size() == codec::RecordHeaders::max);
}

TEST_CASE(
    "what a shop says of an order stands in OrderPlaced; a line that is not stock is none of inventory's") {
  const saga::Line lines[] = {{"keyboard", 2, 4999}, {"postage", 1, 450, false}};
  const tape::OwnedRecord plain = journal::test::short_order();
  saga::Order draft = plain->order;
  draft.short_form = false;
  draft.lines = lines;
  draft.discount_minor = 448;
  draft.total_minor = 10'000;
  draft.reference = "R-\"1\"";
  draft.payment = R"({ "token": "pm_1" })";
  draft.metadata = "{}";
  const tape::OwnedRecord record(tape::Record::create(draft));
  const CloudEvents events({});
  const std::string id = R"({"orderId":"0190a1b2-0000-7000-8000-000000000001",)";
  REQUIRE(render(events, journal::test::placed(*record)).rendered.data ==
          id +
              R"("userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2","userEmail":"you@example.com","items":[)"
              R"({"sku":"keyboard","quantity":2,"price":"49.99"},)"
              R"({"sku":"postage","quantity":1,"price":"4.50","stocked":false}],"amount":100.00,)"
              R"("amountMinor":10000,"currency":"USD","discount":"4.48","reference":"R-\"1\"","bodyHash":")" +
              hex_of_body_hash() + R"(","payment":{ "token": "pm_1" },"metadata":{}})");
  record->lines_left[0] = record->lines_after[0] = 1;
  const std::string line = R"("lines":[{"sku":"keyboard","quantity":2,"left":1}]})";
  for (const EventKind kind :
       {EventKind::InventoryUpdated, EventKind::InventoryInsufficient, EventKind::InventoryReleased})
    REQUIRE(render(events, event(*record, 3, kind, State::reserved)).rendered.data == id + line);
}

TEST_CASE("the structured mode has one header") {
  const CloudEvents events({});
  const tape::OwnedRecord record = journal::test::short_order();
  const Text text = render(events, journal::test::placed(*record));
  const codec::RecordHeaders headers = events.headers(text.rendered);
  REQUIRE(headers.view().size() == 1);
  REQUIRE(headers.view()[0].name == "content-type");
  REQUIRE(headers.view()[0].value == "application/cloudevents+json; charset=UTF-8");
  REQUIRE(events.value(text.rendered) == text.rendered.text);
}

TEST_CASE("the largest order an event may be made of stays within its bounds, every byte escaped") {
  const std::string sku(saga::max_sku_bytes, '"');
  const std::string user(saga::max_user_id_bytes, '"');
  const std::string email(saga::max_email_bytes, '"');
  const std::vector<saga::Line> lines(saga::max_lines, {sku, saga::max_quantity, saga::max_minor, false});
  saga::Order draft;
  draft.short_form = false;
  draft.total_minor = saga::max_minor;
  draft.user_id = user;
  draft.email = email;
  draft.lines = lines;
  draft.discount_minor = saga::max_minor;
  const std::string reference(saga::max_reference_bytes, '"');
  const std::string object = R"({"a":")" + std::string(saga::max_object_bytes - 8, 'x') + R"("})";
  draft.reference = reference;
  draft.shipping = draft.payment = draft.metadata = object;
  draft.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const tape::OwnedRecord record(tape::Record::create(draft));
  for (std::int64_t& left : record->lines_left) left = INT64_MIN + 1;
  record->payment_reference = tape::ShortText(std::string(64, '\x03'));
  record->tracking_number = tape::ShortText(std::string(64, '\x04'));
  const CloudEvents events({.type_prefix = std::string(100, '"'), .mail_domain = std::string(255, '"')});
  for (std::uint32_t step = 1; step <= 5; ++step) {
    constexpr EventKind kinds[] = {EventKind::OrderPlaced, EventKind::PaymentConfirmed,
                                   EventKind::InventoryUpdated, EventKind::ShippingConfirmed,
                                   EventKind::NotificationSent};
    const tape::Event one = event(*record, step, kinds[step - 1], State::completed);
    REQUIRE(events.bytes_max(one) <= engine::limits::event_bytes_max);
    render(events, one, INT64_MAX, INT64_MAX);
  }
}

TEST_CASE("EpochStarted, with and without what came before") {
  const CloudEvents events({});
  std::string text;
  Rendered opening = events.render(
      text, {.opening_id = "u-1", .engine_id = "e\"1", .checkpoint = {}, .at = journal::test::placed_at});
  REQUIRE(opening.text == R"({"specversion":"1.0","id":"u-1","source":"/saga/engine","type":"EpochStarted",)"
                          R"("time":"2026-01-02T03:04:05.123456Z","datacontenttype":"application/json",)"
                          R"("data":{"engineId":"e\"1"}})");
  opening = events.render(text, {.opening_id = "u-2",
                                 .engine_id = "e",
                                 .checkpoint = {1840, 1700, 141},
                                 .after = 1700,
                                 .at = journal::test::placed_at});
  REQUIRE(opening.data ==
          R"({"engineId":"e","checkpoint":{"offset":1840,"epoch":1700,"seq":141},"after":1700})");
  REQUIRE(opening.subject.empty());
  REQUIRE(opening.epoch.empty());
}
