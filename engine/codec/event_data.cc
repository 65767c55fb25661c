#include "engine/codec/event_data.h"

#include "engine/ensure.h"
#include "engine/saga/json.h"
#include "engine/saga/render.h"
#include "engine/saga/table.h"
#include "engine/tape/record.h"
#include "engine/tape/stock_change.h"

namespace codec {
namespace {

using saga::EventKind;
using saga::json::put;
using saga::json::text_member;

// Keys, an order id, a number of money, a short text with every byte escaped.
constexpr std::size_t small_data_bytes_max = 256 + saga::json::escaped_max(tape::ShortText::bytes_max);
constexpr std::size_t line_bytes_max = 96;  // beside the sku

char* put_placed(char* to, const saga::Order& order) {
  to = put(to, R"(,"userId":")");
  to = saga::json::escape(to, order.user_id);
  to = put(to, R"(","userEmail":")");
  to = saga::json::escape(to, order.email);
  to = put(to, R"(",)");
  to = saga::json::goods(to, order);
  to = put(to, R"(,"bodyHash":")");
  to = saga::json::hex(to, order.body_hash);
  to = put(to, order.capture == saga::Capture::with_shipment ? R"(","capture":"later")" : R"(")");
  return saga::json::opaque(to, order);
}

/// What somebody outside said with it, but for what its kind shows itself.
char* put_answer(char* to, const tape::Event& event) {
  const tape::AnswerData* const said = event.record->said_with(event.kind);
  if (said == nullptr) return to;
  to = text_member(to, "detail", said->detail);
  to = text_member(to, "by", said->by);
  return said->data.empty() ? to : put(put(to, R"(,"data":)"), said->data);
}

std::size_t answer_bytes_max(const tape::Event& event) {
  const tape::AnswerData* const said = event.record->said_with(event.kind);
  if (said == nullptr) return 0;
  return 128 + said->data.size() +
         saga::json::escaped_max(said->reference.size() + said->detail.size() + said->tracking_number.size() +
                                 said->carrier.size() + said->by.size());
}

char* put_payment(char* to, const tape::Record& record, EventKind kind) {
  to = put(to, R"(,"amount":)");
  to = saga::json::money(to, record.order.total_minor, record.order.currency);
  to = put(to, R"(,"amountMinor":)");
  to = saga::json::number(to, record.order.total_minor);
  to = put(to, R"(,"currency":")");
  to = put(to, record.order.currency.name());
  to = put(to, R"(","reference":")");
  to = saga::json::escape(to, record.reference(kind));
  return put(to, R"(")");
}

/// `left`: free to sell, by line; what is not stocked is no part of it. Of a reservation that failed only the
/// lines that are short are shown.
char* put_lines(char* to, const saga::Order& order, std::span<const std::int64_t> left, bool only_short) {
  to = put(to, R"(,"lines":[)");
  bool first = true;
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    const saga::Line& line = order.lines[i];
    if (!line.stocked) continue;
    const bool tracked = left[i] != tape::Record::untracked;
    if (only_short && (!tracked || left[i] >= line.quantity)) continue;
    to = put(to, first ? R"({"sku":")" : R"(,{"sku":")");
    first = false;
    to = saga::json::escape(to, line.sku);
    to = put(to, R"(","quantity":)");
    to = saga::json::number(to, line.quantity);
    if (tracked) {
      to = put(to, R"(,"left":)");
      to = saga::json::number(to, left[i]);
    }
    to = put(to, "}");
  }
  return put(to, "]");
}

char* put_reason(char* to, saga::Reason reason) {
  if (reason == saga::Reason::none) return to;
  to = put(to, R"(,"reason":")");
  to = put(to, saga::name(reason));
  return put(to, R"(")");
}

char* put_shipping(char* to, const tape::Record& record) {
  to = text_member(to, "carrier", record.carrier());
  to = put(to, R"(,"trackingNumber":")");
  to = saga::json::escape(to, record.tracking());
  return put(to, R"(")");
}

/// The call that nobody answered, and how often it was sent.
char* put_unresolved(char* to, const tape::Event& event, saga::Turn turn) {
  const tape::AnswerData* const said = event.record->said_with(event.kind);
  to = put(to, R"(,"key":")");
  to = put(to, saga::effect_key(event.record->order.id, turn));
  to = put(to, R"(","attempts":)");
  to = saga::json::number(to, said == nullptr ? 0 : said->attempts);
  return put_reason(to, event.reason);
}

std::string_view template_of(const tape::Event& event) { return saga::name(saga::mail_of(event.state)); }

/// Of a mail that was asked for.
char* put_again(char* to, const tape::Event& event) {
  return event.record->mail_step == 0 ? to : put(to, R"(,"again":true)");
}

char* put_message_id(char* to, const tape::Event& event, std::string_view mail_domain) {
  to = put(to, R"(,"messageId":")");
  to = put(to, template_of(event));
  to = put(to, ".");
  to = saga::json::id(to, event.record->order.id);
  if (event.record->mail_step != 0) {
    to = put(to, ".");
    to = saga::json::number(to, event.record->mail_step);
  }
  return put(put(put(to, "@"), mail_domain), R"(")");
}

/// Without a domain it is somebody outside who sends the mails, under ids of their own.
char* put_sent(char* to, const tape::Event& event, std::string_view mail_domain) {
  to = put(to, R"(,"template":")");
  to = put(put(to, template_of(event)), R"(")");
  if (!mail_domain.empty()) to = put_message_id(to, event, mail_domain);
  if (event.record->mail_unconfirmed) to = put(to, R"(,"confirmed":false)");
  if (const tape::AnswerData* const said = event.record->said_with(event.kind))
    to = text_member(to, "reference", said->reference);
  return put_again(to, event);
}

char* put_failed(char* to, const tape::Event& event) {
  to = put(to, R"(,"template":")");
  to = put(to, template_of(event));
  to = put(to, R"(","answer":")");
  to = saga::json::escape(to, event.record->mail_answer);
  to = put(to, R"(")");
  return put_again(put_reason(to, event.reason), event);
}

char* put_by(char* to, std::string_view name) {
  return text_member(to, "by", name.empty() ? nobody_named : name);
}

char* put_mail_requested(char* to, const tape::Event& event) {
  to = put(to, R"(,"template":")");
  to = put(put(to, template_of(event)), R"(")");
  return put_by(to, event.record->mail_by);
}

char* put_handler(char* to, saga::HandlerId handler) {
  to = put(to, R"(,"handler":")");
  to = put(to, saga::name(handler));
  return put(to, R"(")");
}

char* put_stock(char* to, const tape::StockChange& change) {
  to = put(to, R"({"sku":")");
  to = saga::json::escape(to, change.sku);
  to = put(to, R"(","onHand":)");
  to = saga::json::number(to, change.on_hand);
  return put(put_by(to, change.by), "}");
}

}  // namespace

std::size_t data_bytes_max(const tape::Event& event, std::string_view mail_domain) {
  if (event.kind == EventKind::StockSet)
    return small_data_bytes_max + saga::json::escaped_bytes(event.stock->sku) +
           saga::json::escaped_max(event.stock->by.size());
  const std::size_t bytes = small_data_bytes_max + answer_bytes_max(event);
  switch (event.kind) {
    case EventKind::OrderPlaced:
      return bytes + event.record->json_bytes_max;
    case EventKind::InventoryUpdated:
    case EventKind::InventoryInsufficient:
    case EventKind::InventoryReleased: {
      std::size_t lines = 0;
      for (const saga::Line& line : event.record->order.lines)
        lines += line_bytes_max + saga::json::escaped_bytes(line.sku);
      return bytes + lines;
    }
    case EventKind::MailRequested:
      return bytes + saga::json::escaped_max(event.record->mail_by.size());
    case EventKind::OrderResumed:
      return bytes + saga::json::escaped_max(event.record->retry_by.size());
    case EventKind::NotificationFailed:
      return bytes + saga::json::escaped_max(event.record->mail_answer.size());
    default:
      return bytes + mail_domain.size();
  }
}

char* put_order(char* to, const saga::Order& order) {
  to = put(to, R"({"orderId":")");
  to = saga::json::id(to, order.id);
  return put(put_placed(put(to, R"(")"), order), "}");
}

char* put_data(char* to, const tape::Event& event, std::string_view mail_domain) {
  if (event.kind == EventKind::StockSet) return put_stock(to, *event.stock);
  to = put(to, R"({"orderId":")");
  to = saga::json::id(to, event.record->order.id);
  to = put(to, R"(")");
  switch (event.kind) {
    case EventKind::OrderPlaced:
      to = put_placed(to, event.record->order);
      break;
    case EventKind::PaymentConfirmed:
    case EventKind::PaymentCaptured:
    case EventKind::PaymentRefunded:
      to = put_payment(to, *event.record, event.kind);
      break;
    case EventKind::InventoryUpdated:
      to = put_lines(to, event.record->order, event.record->lines_left, false);
      break;
    case EventKind::InventoryInsufficient:
      to = put_lines(to, event.record->order, event.record->lines_left, true);
      if (event.reason != saga::Reason::out_of_stock) to = put_reason(to, event.reason);
      break;
    case EventKind::InventoryReleased:
      to = put_lines(to, event.record->order, event.record->lines_after, false);
      break;
    case EventKind::PaymentNotAuthorized:
    case EventKind::ShippingFailed:
    case EventKind::OrderCancelled:
      to = put_reason(to, event.reason);
      break;
    case EventKind::ShippingConfirmed:
      to = put_shipping(to, *event.record);
      break;
    case EventKind::PaymentUnresolved:
      to = put_unresolved(to, event, saga::Turn::payment_charge);
      break;
    case EventKind::InventoryUnresolved:
      to = put_unresolved(to, event, saga::Turn::inventory_reserve);
      break;
    case EventKind::ShippingUnresolved:
      to = put_unresolved(to, event, saga::Turn::shipping_ship);
      break;
    case EventKind::ShippingRecalled:
      to = text_member(to, "reference", event.record->reference(event.kind));
      break;
    case EventKind::NotificationSent:
      to = put_sent(to, event, mail_domain);
      break;
    case EventKind::NotificationFailed:
      to = put_failed(to, event);
      break;
    case EventKind::MailRequested:
      to = put_mail_requested(to, event);
      break;
    case EventKind::OrderCancelRequested:
      if (event.record->said_with(event.kind) == nullptr) to = put_by(to, {});  // else with what was said
      break;
    case EventKind::OrderParked:
      to = put_reason(put_handler(to, saga::holder(event.state)), event.reason);
      break;
    case EventKind::OrderResumed:
      to = put_by(put_handler(to, saga::holder(event.state)), event.record->retry_by);
      break;
    case EventKind::StockSet:
    case EventKind::EpochStarted:
      // Not about an order: rendered elsewhere.
      ENSURE(false && "an event without data");
  }
  return put(put_answer(to, event), "}");
}

}  // namespace codec
