#include "engine/codec/cloud_event.h"

#include <utility>

#include "engine/codec/event_data.h"
#include "engine/saga/json.h"
#include "engine/saga/render.h"
#include "engine/tape/stock_change.h"

namespace codec {
namespace {

using saga::EventKind;
using saga::json::escaped;
using saga::json::put;

// All attributes but the settings' own text: three ids with their steps, a trace, times, numbers, names of keys.
constexpr std::size_t attributes_bytes_max = 656;
// Of a turn beside its event and its order.
constexpr std::size_t turn_bytes_max = 256;

std::string_view emitter(EventKind kind) {
  switch (kind) {
    case EventKind::OrderPlaced:
    case EventKind::OrderCancelRequested:  // this and the next two: whoever holds the order
    case EventKind::OrderParked:
    case EventKind::OrderResumed:
    case EventKind::OrderCancelled:
      return saga::name(saga::HandlerId::order);
    case EventKind::PaymentConfirmed:
    case EventKind::PaymentNotAuthorized:
    case EventKind::PaymentUnresolved:
    case EventKind::PaymentCaptured:
    case EventKind::PaymentRefunded:
      return saga::name(saga::HandlerId::payment);
    case EventKind::InventoryUpdated:
    case EventKind::InventoryInsufficient:
    case EventKind::InventoryUnresolved:
    case EventKind::InventoryReleased:
    case EventKind::StockSet:
      return saga::name(saga::HandlerId::inventory);
    case EventKind::ShippingConfirmed:
    case EventKind::ShippingFailed:
    case EventKind::ShippingUnresolved:
    case EventKind::ShippingRecalled:
      return saga::name(saga::HandlerId::shipping);
    case EventKind::MailRequested:
    case EventKind::NotificationSent:
    case EventKind::NotificationFailed:
      return saga::name(saga::HandlerId::notification);
    case EventKind::EpochStarted:
      return "engine";
  }
  return {};
}

/// What a turn is about beside its event: the key of the call that is to be undone, and the payment's reference.
char* put_subject(char* to, const tape::Record& record, saga::Turn turn) {
  if (const saga::Turn undone = saga::rules_of(turn).undoes; undone != saga::Turn::none) {
    to = put(put(to, R"(,"undoes":")"), saga::effect_key(record.order.id, undone));
    to = put(to, R"(")");
  }
  const std::string_view reference = record.reference(EventKind::PaymentConfirmed);
  const bool wanted = turn == saga::Turn::payment_undo || turn == saga::Turn::payment_capture;
  if (!wanted || reference.empty()) return to;
  to = saga::json::escape(put(to, R"(,"reference":")"), reference);
  return put(to, R"(")");
}

/// "<orderId>.<step>"
char* put_id(char* to, const saga::OrderId::Text& id, std::uint32_t step) {
  to = put(to, {id.data(), id.size()});
  *to++ = '.';
  return saga::json::number(to, step);
}

/// The request on the topic that the event follows; empty: it follows the step before it.
std::string_view foreign_cause(const tape::Event& event) {
  const tape::AnswerData* const said = event.record->said_with(event.kind);
  return said == nullptr ? std::string_view{} : std::string_view{said->cause};
}

std::string_view turn_given(const tape::Event& event) {
  return saga::name(event.record->order.turn_in(event.state));
}

/// Puts something at the cursor and keeps a view of it.
template <class Write>
char* keep(char* to, std::string_view& view, Write write) {
  char* const end = write(to);
  view = {to, static_cast<std::size_t>(end - to)};
  return end;
}

}  // namespace

CloudEvents::CloudEvents(EventStyle style)
    : style_(std::move(style)), mail_domain_(escaped(style_.mail_domain)) {
  for (std::size_t i = 0; i < saga::event_kinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    types_[i] = style_.type_prefix + std::string{saga::name(kind)};
    sources_[i] = style_.source + "/" + std::string{emitter(kind)};
    middles_[i] = R"(","source":")" + escaped(sources_[i]) + R"(","type":")" + escaped(types_[i]) +
                  (kind == EventKind::EpochStarted ? R"(","time":")" : R"(","subject":")");
  }
}

std::size_t CloudEvents::bytes_max(const tape::Event& event) const {
  const std::size_t bytes = attributes_bytes_max + middles_[static_cast<std::size_t>(event.kind)].size() +
                            data_bytes_max(event, mail_domain_);
  if (event.kind == EventKind::StockSet) return bytes + saga::json::escaped_bytes(event.stock->sku);
  return bytes + saga::json::escaped_max(foreign_cause(event).size());
}

/// Up to the last attribute that topic and participants are told alike, without the quote that closes it.
char* CloudEvents::render_head(char* const begin, const tape::Event& event, Rendered& out) const {
  out.kind = event.kind;
  const saga::OrderId::Text id = event.record->order.id.text();
  char* to = put(begin, R"({"specversion":"1.0","id":")");
  to = keep(to, out.id, [&](char* at) { return put_id(at, id, event.step); });
  to = put(to, middles_[static_cast<std::size_t>(event.kind)]);
  to = keep(to, out.subject, [&](char* at) { return put(at, {id.data(), id.size()}); });
  to = put(to, R"(","time":")");
  to = keep(to, out.time, [&](char* at) { return saga::json::time(at, event.at.ns); });
  to = put(to, R"(","datacontenttype":"application/json)");
  if (const std::string_view cause = foreign_cause(event); !cause.empty()) {
    to = saga::json::escape(put(to, R"(","causationid":")"), cause);
    out.causation_id = cause;  // as a header it is not escaped
  } else if (event.step > 1) {
    to = put(to, R"(","causationid":")");
    to = keep(to, out.causation_id, [&](char* at) { return put_id(at, id, event.step - 1); });
  }
  if (const std::string_view turn = turn_given(event); !turn.empty()) {
    to = put(to, R"(","turn":")");
    to = keep(to, out.turn, [&](char* at) { return put(at, turn); });
  }
  if (const std::string_view trace = event.record->order.traceparent; !trace.empty()) {
    to = put(to, R"(","traceparent":")");
    to = keep(to, out.traceparent, [&](char* at) { return put(at, trace); });
  }
  return to;
}

Rendered CloudEvents::render(char* const begin, const tape::Event& event, std::int64_t epoch,
                             std::uint64_t seq) const {
  if (event.kind == EventKind::StockSet) return render_stock(begin, event, epoch, seq);
  Rendered out;
  char* const to = render_head(begin, event, out);
  return render_rest(begin, to, event, epoch, seq, out);
}

/// From the quote that closes the last attribute on.
Rendered CloudEvents::render_rest(char* const begin, char* to, const tape::Event& event, std::int64_t epoch,
                                  std::uint64_t seq, Rendered out) const {
  using saga::json::number;
  to = put(to, R"(","epoch":")");
  to = keep(to, out.epoch, [&](char* at) { return number(at, epoch); });
  to = put(to, R"(","seq":")");
  to = keep(to, out.seq, [&](char* at) { return number(at, static_cast<std::int64_t>(seq)); });
  to = put(to, R"(","data":)");
  to = keep(to, out.data, [&](char* at) { return put_data(at, event, mail_domain_); });
  to = put(to, "}");
  out.text = {begin, static_cast<std::size_t>(to - begin)};
  return out;
}

/// StockSet: about a sku, so its id is its place in the log and its subject is the sku.
Rendered CloudEvents::render_stock(char* const begin, const tape::Event& event, std::int64_t epoch,
                                   std::uint64_t seq) const {
  using saga::json::number;
  Rendered out;
  out.kind = event.kind;
  char* to = put(begin, R"({"specversion":"1.0","id":")");
  to = keep(to, out.id,
            [&](char* at) { return number(put(number(at, epoch), "."), static_cast<std::int64_t>(seq)); });
  to = put(to, middles_[static_cast<std::size_t>(event.kind)]);
  to = saga::json::escape(to, event.stock->sku);
  out.subject = event.stock->sku;  // as a key and a header it is not escaped
  to = put(to, R"(","time":")");
  to = keep(to, out.time, [&](char* at) { return saga::json::time(at, event.at.ns); });
  to = put(to, R"(","datacontenttype":"application/json)");
  return render_rest(begin, to, event, epoch, seq, out);
}

Rendered CloudEvents::render(std::string& text, const Opening& opening) const {
  using saga::json::number;
  const std::string& middle = middles_[static_cast<std::size_t>(EventKind::EpochStarted)];
  text.resize(attributes_bytes_max + middle.size() +
              saga::json::escaped_max(opening.opening_id.size() + opening.engine_id.size()));
  Rendered out;
  out.kind = EventKind::EpochStarted;
  char* to = put(text.data(), R"({"specversion":"1.0","id":")");
  to = keep(to, out.id, [&](char* at) { return saga::json::escape(at, opening.opening_id); });
  to = put(to, middle);
  to = keep(to, out.time, [&](char* at) { return saga::json::time(at, opening.at.ns); });
  to = put(to, R"(","datacontenttype":"application/json","data":)");
  to = keep(to, out.data, [&](char* at) {
    at = put(at, R"({"engineId":")");
    at = saga::json::escape(at, opening.engine_id);
    at = put(at, R"(")");
    if (opening.checkpoint.offset >= 0) {
      at = put(at, R"(,"checkpoint":{"offset":)");
      at = number(at, opening.checkpoint.offset);
      at = put(at, R"(,"epoch":)");
      at = number(at, opening.checkpoint.epoch);
      at = put(at, R"(,"seq":)");
      at = number(at, static_cast<std::int64_t>(opening.checkpoint.seq));
      at = put(at, "}");
    }
    if (opening.after >= 0) {
      at = put(at, R"(,"after":)");
      at = number(at, opening.after);
    }
    return put(at, "}");
  });
  to = put(to, "}");
  text.resize(static_cast<std::size_t>(to - text.data()));
  out.text = text;
  return out;
}

std::string CloudEvents::render_turn(const tape::Record& record) const {
  const tape::Event& event = record.given;
  const saga::Order& order = record.order;
  const saga::Turn turn = saga::turn_of(event.state);
  std::string text(bytes_max(event) + record.json_bytes_max + turn_bytes_max +
                       saga::json::escaped_max(record.reference(EventKind::PaymentConfirmed).size() +
                                               record.tracking().size()),
                   '\0');
  Rendered out;
  char* to = render_head(text.data(), event, out);
  to = put(to, R"(","data":)");
  to = put_data(to, event, mail_domain_) - 1;  // over its closing brace
  if (turn == saga::Turn::payment_charge && order.capture == saga::Capture::at_once)
    to = put(to, R"(,"capture":"now")");
  to = put_subject(to, record, turn);
  to = put(to, R"(,"order":)");
  to = put_order(to, order);
  to = put(to, "}}");
  text.resize(static_cast<std::size_t>(to - text.data()));
  return text;
}

std::string_view CloudEvents::value(const Rendered& rendered) const {
  return style_.mode == Mode::structured ? rendered.text : rendered.data;
}

RecordHeaders CloudEvents::headers(const Rendered& rendered) const {
  RecordHeaders out;
  if (style_.mode == Mode::structured) {
    out.add("content-type", "application/cloudevents+json; charset=UTF-8");
    return out;
  }
  out.add("content-type", "application/json");
  out.add("ce_specversion", "1.0");
  out.add("ce_id", rendered.id);
  out.add("ce_source", sources_[static_cast<std::size_t>(rendered.kind)]);
  out.add("ce_type", types_[static_cast<std::size_t>(rendered.kind)]);
  out.add("ce_time", rendered.time);
  const auto add_if = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out.add(name, value);
  };
  add_if("ce_subject", rendered.subject);
  add_if("ce_causationid", rendered.causation_id);
  add_if("ce_turn", rendered.turn);
  add_if("ce_traceparent", rendered.traceparent);
  add_if("ce_epoch", rendered.epoch);
  add_if("ce_seq", rendered.seq);
  return out;
}

}  // namespace codec
