#include "edge/smtp/mail_list.h"

#include "engine/saga/json.h"
#include "tests/unit/smtp/support.h"

using namespace mail_test;
using saga::EventKind;
using saga::State;

namespace {

struct Steps {
  void add(EventKind kind, State state, saga::Reason reason = saga::Reason::none) {
    ++number;
    record->add_step({.at = at(number),
                      .offset = number,
                      .kind = kind,
                      .state = state,
                      .reason = reason,
                      .number = number});
    record->reason = reason;
  }
  static engine::Time at(std::uint32_t number) {
    return engine::Time{1'767'323'045'123'456'000 + number * 1'000'000'000};
  }
  std::string list() const { return smtp::render_mail_list(*record, shop()); }
  /// The mail that a step made due, as the mailer renders it, in a text of JSON.
  std::string message(std::uint32_t step, saga::MailTemplate what, std::uint32_t again,
                      saga::Reason reason = saga::Reason::none) const {
    const engine::Mail mail{
        .record = record.get(), .what = what, .again = again, .at = at(step), .reason = reason};
    return R"("message":")" + saga::json::escaped(smtp::render_message(mail, shop())->text) + R"("})";
  }

  tape::OwnedRecord record = mail_test::record();
  std::uint32_t number = 0;
};

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
  return found;
}

}  // namespace

TEST_CASE("an order has no mail before a step has made one due, and then the one that is sent") {
  Steps order;
  order.add(EventKind::OrderPlaced, State::placed);
  order.add(EventKind::PaymentConfirmed, State::paid);
  order.add(EventKind::InventoryUpdated, State::reserved);
  CHECK(order.list() == R"({"data":[]})");
  order.add(EventKind::ShippingConfirmed, State::shipped);
  const std::string due = order.list();
  CHECK(count(due, R"({"step":)") == 1);
  CHECK(
      due.find(
          R"({"step":4,"template":"shipping-confirmation","at":"2026-01-02T03:04:09.123456Z","messageId":"<shipping-confirmation.)" +
          id().str() + R"(@example.com>","from":"orders@example.com","to":"you@example.com",)") !=
      std::string::npos);
  CHECK(due.find(order.message(4, saga::MailTemplate::shipping_confirmation, 0)) != std::string::npos);
  order.add(EventKind::NotificationSent, State::completed);
  CHECK(order.list() == due);
}

TEST_CASE("of mails that are asked for again the first and the last are there, each with its own id") {
  Steps order;
  order.add(EventKind::OrderPlaced, State::placed);
  order.add(EventKind::PaymentConfirmed, State::paid);
  order.add(EventKind::InventoryUpdated, State::reserved);
  order.add(EventKind::ShippingConfirmed, State::shipped);
  order.add(EventKind::NotificationSent, State::completed);
  for (int again = 0; again < 3; ++again) {
    order.add(EventKind::MailRequested, State::completed_mailing);
    order.add(EventKind::NotificationSent, State::completed);
  }
  order.record->stored(order.number);
  const std::string list = order.list();
  CHECK(count(list, R"({"step":)") == 3);
  for (const std::uint32_t step : {6U, 10U})
    CHECK(list.find(order.message(step, saga::MailTemplate::shipping_confirmation, step)) !=
          std::string::npos);
}

TEST_CASE("why an order was cancelled stands in its mail, also behind one that did not arrive") {
  Steps order;
  order.add(EventKind::OrderPlaced, State::placed);
  order.add(EventKind::PaymentNotAuthorized, State::cancelling, saga::Reason::payment_declined);
  order.add(EventKind::OrderCancelled, State::undone, saga::Reason::payment_declined);
  order.add(EventKind::NotificationFailed, State::cancelled, saga::Reason::payment_declined);
  CHECK(order.list().find(order.message(3, saga::MailTemplate::order_cancelled, 0,
                                        saga::Reason::payment_declined)) != std::string::npos);
}
