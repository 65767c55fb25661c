#include "edge/verify/ledger.h"

namespace verify {
namespace {

using saga::EventKind;

std::string at(tape::Offset offset) { return ", offset " + std::to_string(offset); }

/// Charged, and the money not given back.
bool has_money(const tape::Record& record) {
  bool charged = false;
  record.steps().each(record.step_count, [&](const tape::Steps::Shown& step) {
    if (step.first.kind == EventKind::PaymentConfirmed) charged = true;
    if (step.first.kind == EventKind::PaymentRefunded) charged = false;
  });
  return charged;
}

}  // namespace

void Ledger::take(const codec::EventRead& event, const tape::Record* record, tape::Offset offset) {
  take_levels(event, offset);
  if (record != nullptr) take_money(event, *record, offset);
}

void Ledger::take_levels(const codec::EventRead& event, tape::Offset offset) {
  for (const codec::EventRead::Level& level : event.levels) {
    if (level.left == tape::Record::untracked) continue;
    if (level.left < 0)
      tell_("stock of " + std::string{level.sku} + " is " + std::to_string(level.left) + at(offset));
    const auto before = levels_.find(level.sku);
    if (before == levels_.end()) {  // the shop may have filled it by hand before the first start
      levels_.emplace(level.sku, level.left);
      continue;
    }
    const std::int64_t taken = event.kind == EventKind::InventoryUpdated ? level.quantity : -level.quantity;
    if (event.kind != EventKind::StockSet && level.left != before->second - taken) {
      tell_("stock of " + std::string{level.sku} + " was " + std::to_string(before->second) + ", and " +
            std::string{saga::name(event.kind)} + " of " + std::to_string(level.quantity) + " makes it " +
            std::to_string(level.left) + at(offset));
    }
    before->second = level.left;
  }
}

void Ledger::take_money(const codec::EventRead& event, const tape::Record& record, tape::Offset offset) {
  const saga::Order& order = record.order;
  if (event.placed != nullptr) take_total(order, offset);
  // A charge of which nobody knows whether it was made is taken back as well: nothing of it was counted.
  const bool refunded = event.kind == EventKind::PaymentRefunded;
  const bool unresolved = record.steps().happened(EventKind::PaymentUnresolved, record.step_count);
  if (event.kind == EventKind::PaymentConfirmed || (refunded && !unresolved)) {
    Money& money = money_of(record);
    if (event.amount_minor != order.total_minor) {
      tell_("order " + order.id.str() + ": " + std::string{saga::name(event.kind)} + " of " +
            show_money(event.amount_minor, order.currency) + ", and it costs " +
            show_money(order.total_minor, order.currency) + at(offset));
    }
    (event.kind == EventKind::PaymentConfirmed ? money.captured : money.refunded) += event.amount_minor;
  }
  if (record.status == saga::State::completed && !event.mail_again)
    money_of(record).completed += order.total_minor;
}

void Ledger::take_total(const saga::Order& order, tape::Offset offset) {
  std::int64_t sum = 0;  // a line is at most 10^12 times 10^6
  for (const saga::Line& line : order.lines) {
    if (sum <= saga::max_minor) sum += line.price_minor * line.quantity;
  }
  if (sum - order.discount_minor == order.total_minor) return;
  tell_("order " + order.id.str() + ": its lines sum up to " + show_money(sum, order.currency) +
        ", less a discount of " + show_money(order.discount_minor, order.currency) + ", and it costs " +
        show_money(order.total_minor, order.currency) + at(offset));
}

void Ledger::balance(std::span<tape::Record* const> unfinished) {
  for (const tape::Record* record : unfinished) {
    if (saga::mailing_again(record->status)) continue;  // it had completed, or was cancelled
    if (has_money(*record)) money_of(*record).under_way += record->order.total_minor;
  }
  for (const auto& [code, money] : money_) {
    const std::int64_t kept = money.captured - money.refunded;
    const std::int64_t due = money.completed + money.under_way;
    if (kept == due) continue;
    tell_("captured and not refunded are " + show_money(kept, money.currency) +
          "; completed orders and those that are charged and under way cost " +
          show_money(due, money.currency));
  }
}

Ledger::Money& Ledger::money_of(const tape::Record& record) {
  const saga::Currency& currency = record.order.currency;
  const auto found = money_.find(currency.name());
  if (found != money_.end()) return found->second;
  return money_.emplace(currency.name(), Money{.currency = currency}).first->second;
}

std::string show_money(std::int64_t minor, const saga::Currency& currency) {
  char text[saga::money_text_max];
  const std::size_t size = saga::render_money(minor < 0 ? -minor : minor, currency, text);
  return (minor < 0 ? "-" : "") + std::string(text, size) + " " + std::string{currency.name()};
}

}  // namespace verify
