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

// Keys, an order id, a number of money, a short text with every byte escaped.
constexpr std::size_t small_data_bytes_max = 256 + saga::json::escaped_max(tape::ShortText::bytes_max);
constexpr std::size_t line_bytes_max = 96;  // beside the sku

// The simulated provider's; a real one would say it with the tracking number.
constexpr std::string_view carrier = "simulated";

char* put_placed(char* to, const saga::Order& order) {
  to = put(to, R"(,"userId":")");
  to = saga::json::escape(to, order.user_id);
  to = put(to, R"(","userEmail":")");
  to = saga::json::escape(to, order.email);
  to = put(to, R"(",)");
  to = saga::json::goods(to, order);
  to = put(to, R"(,"bodyHash":")");
  to = saga::json::hex(to, order.body_hash);
  return saga::json::opaque(put(to, R"(")"), order);
}

char* put_payment(char* to, const tape::Record& record, const tape::ShortText& reference) {
  to = put(to, R"(,"amount":)");
  to = saga::json::money(to, record.order.total_minor, record.order.currency);
  to = put(to, R"(,"amountMinor":)");
  to = saga::json::number(to, record.order.total_minor);
  to = put(to, R"(,"currency":")");
  to = put(to, record.order.currency.name());
  to = put(to, R"(","reference":")");
  to = saga::json::escape(to, reference.view());
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
  to = put(to, R"(,"carrier":")");
  to = put(to, carrier);
  to = put(to, R"(","trackingNumber":")");
  to = saga::json::escape(to, record.tracking_number.view());
  return put(to, R"(")");
}

std::string_view template_of(const tape::Event& event) { return saga::name(saga::mail_of(event.state)); }

/// Of a mail that was asked for.
char* put_again(char* to, const tape::Event& event) {
  return event.record->mail_step == 0 ? to : put(to, R"(,"again":true)");
}

char* put_sent(char* to, const tape::Event& event, std::string_view mail_domain) {
  to = put(to, R"(,"template":")");
  to = put(to, template_of(event));
  to = put(to, R"(","messageId":")");
  to = put(to, template_of(event));
  to = put(to, ".");
  to = saga::json::id(to, event.record->order.id);
  if (event.record->mail_step != 0) {
    to = put(to, ".");
    to = saga::json::number(to, event.record->mail_step);
  }
  to = put(to, "@");
  to = put(to, mail_domain);
  to = put(to, event.record->mail_unconfirmed ? R"(","confirmed":false)" : R"(")");
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

char* put_mail_requested(char* to, const tape::Event& event) {
  to = put(to, R"(,"template":")");
  to = put(to, template_of(event));
  to = put(to, R"(","by":")");
  to = saga::json::escape(to, event.record->mail_by);
  return put(to, R"(")");
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
  return put(to, "}");
}

}  // namespace

std::size_t data_bytes_max(const tape::Event& event, std::string_view mail_domain) {
  if (event.kind == EventKind::StockSet)
    return small_data_bytes_max + saga::json::escaped_bytes(event.stock->sku);
  const saga::Order& order = event.record->order;
  switch (event.kind) {
    case EventKind::OrderPlaced:
      return small_data_bytes_max + event.record->json_bytes_max;
    case EventKind::InventoryUpdated:
    case EventKind::InventoryInsufficient:
    case EventKind::InventoryReleased: {
      std::size_t bytes = small_data_bytes_max;
      for (const saga::Line& line : order.lines) {
        bytes += line_bytes_max + saga::json::escaped_bytes(line.sku);
      }
      return bytes;
    }
    case EventKind::MailRequested:
      return small_data_bytes_max + saga::json::escaped_max(event.record->mail_by.size());
    case EventKind::NotificationFailed:
      return small_data_bytes_max + saga::json::escaped_max(event.record->mail_answer.size());
    default:
      return small_data_bytes_max + mail_domain.size();
  }
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
      to = put_payment(to, *event.record, event.record->payment_reference);
      break;
    case EventKind::InventoryUpdated:
      to = put_lines(to, event.record->order, event.record->lines_left, false);
      break;
    case EventKind::InventoryInsufficient:
      to = put_lines(to, event.record->order, event.record->lines_left, true);
      break;
    case EventKind::InventoryReleased:
      to = put_lines(to, event.record->order, event.record->lines_after, false);
      break;
    case EventKind::PaymentRefunded:
      to = put_payment(to, *event.record, event.record->refund_reference);
      break;
    case EventKind::PaymentNotAuthorized:
    case EventKind::ShippingFailed:
    case EventKind::OrderCancelled:
      to = put_reason(to, event.reason);
      break;
    case EventKind::ShippingConfirmed:
      to = put_shipping(to, *event.record);
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
      to = put(to, R"(,"by":"customer")");
      break;
    case EventKind::OrderParked:
      to = put_reason(put_handler(to, saga::holder(event.state)), event.reason);
      break;
    case EventKind::OrderResumed:
      to = put_handler(to, saga::holder(event.state));
      break;
    case EventKind::StockSet:
    case EventKind::EpochStarted:
      // Not about an order: rendered elsewhere.
      ENSURE(false && "an event without data");
  }
  return put(to, "}");
}

}  // namespace codec
