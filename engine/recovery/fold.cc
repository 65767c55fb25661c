#include "engine/recovery/fold.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/codec/document.h"
#include "engine/tape/advance.h"

namespace recovery {
namespace {

using saga::EventKind;

/// Calls each(index of the line, level) for the stocked lines, which an event about stock names in order.
/// False: it names others; an event about other lines is not this order's.
template <class Each>
bool match_levels(const codec::EventRead& event, const saga::Order& order, const Each& each) {
  auto level = event.levels.begin();
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    if (!order.lines[i].stocked) continue;
    if (level == event.levels.end() || level->sku != order.lines[i].sku) return false;
    each(i, *level++);
  }
  return level == event.levels.end();
}

/// The lines that were short, in the order's order. Of lines alike those are short that come last: from the end on it is
/// clear which are meant.
void take_short(const codec::EventRead& event, tape::Record& record) {
  auto level = event.shortages.rbegin();
  for (std::size_t i = record.order.lines.size(); i-- > 0 && level != event.shortages.rend();) {
    const saga::Line& line = record.order.lines[i];
    if (!line.stocked || level->sku != line.sku || level->quantity != line.quantity) continue;
    record.lines_left[i] = (level++)->left;
  }
}

void take_levels(const codec::EventRead& event, tape::Record& record) {
  take_short(event, record);
  const bool released = event.kind == EventKind::InventoryReleased;
  if (!released && event.kind != EventKind::InventoryUpdated) return;
  const std::span<std::int64_t> levels = released ? record.lines_after : record.lines_left;
  match_levels(event, record.order,
               [&](std::size_t line, const codec::EventRead::Level& level) { levels[line] = level.left; });
}

bool fits(const codec::EventRead& event, const saga::Order& order) {
  return match_levels(event, order, [](std::size_t, const codec::EventRead::Level&) {});
}

}  // namespace

std::string_view name(Finding finding) {
  constexpr std::array<std::string_view, 7> names{"applied",  "duplicate", "refused",   "gap",
                                                  "stranger", "unkept",    "unreadable"};
  return names[static_cast<std::size_t>(finding)];
}

std::string explain(Finding finding, tape::Offset offset, std::string_view key, std::string_view type,
                    std::string_view type_prefix) {
  const bool unreadable = finding == Finding::unreadable;
  std::string text = "key " + std::string{key} + ": an event that " +
                     (unreadable ? "cannot be read" : "does not fit what came before it") + " (" +
                     std::string{name(finding)} + "), offset " + std::to_string(offset) + ", type \"" +
                     std::string{type} + "\"";
  const auto prefix = saga::type_prefix(type);
  if (unreadable && prefix && *prefix != type_prefix) {
    return text + ": events.type_prefix is \"" + std::string{type_prefix} + "\", set it to \"" +
           std::string{*prefix} + "\" as the log has it";
  }
  if (unreadable) return text + ": start the version of the engine that wrote it, or a newer one";
  return text + ": start the version of the engine that wrote it, or restore the topic to what it was";
}

void Fold::take(tape::Record* record) {
  tape::OwnedRecord owned(record);
  const bool added = orders_.try_emplace(record->order.id, std::move(owned)).second;
  if (added) contents_.add_order(record->order.id, record->step);
}

void Fold::take_back(tape::Record* ended) {
  tape::OwnedRecord owned(ended);
  if (orders_.try_emplace(ended->order.id, std::move(owned)).second) ++ended_;
}

void Fold::set_stock(std::string_view sku, std::int64_t free) { keep_level(sku, free); }

/// Returns the sku as it is kept.
std::string_view Fold::keep_level(std::string_view sku, std::int64_t free) {
  auto at = stock_.find(sku);
  if (at == stock_.end()) {
    at = stock_.emplace(sku, free).first;
  } else {
    contents_.remove_sku(sku, at->second);
    at->second = free;
  }
  contents_.add_sku(sku, free);
  return at->first;
}

std::string Fold::misfit(const tape::Record& record) const {
  if (saga::ended(record.status)) return "has ended";
  if (!record.steps().happened(EventKind::InventoryUpdated, record.step_count))
    return {};  // it has taken nothing
  for (std::size_t i = 0; i < record.lines_left.size(); ++i) {
    const std::string_view sku = record.order.lines[i].sku;
    if (record.lines_left[i] == tape::Record::untracked || stock_.find(sku) != stock_.end()) continue;
    return "has taken of " + std::string{sku} + ", of which there is no stock";
  }
  return {};
}

void Fold::forget_orders() {
  for (tape::Record* record : release_orders()) tape::Record::destroy(record);
}

Finding Fold::fold(const codec::EventRead* event, tape::Offset offset) {
  const Finding finding = event == nullptr ? Finding::unreadable : judge(*event, offset);
  ++events_;
  if (finding != Finding::applied) return finding;
  for (const codec::EventRead::Level& level : event->levels) {
    if (level.left == tape::Record::untracked) continue;
    stock_changed_.insert_or_assign(keep_level(level.sku, level.left), level.left);
  }
  return finding;
}

Finding Fold::judge(const codec::EventRead& event, tape::Offset offset) {
  if (event.kind == EventKind::StockSet) return Finding::applied;
  const auto at = orders_.find(event.order);
  const bool anew = at != orders_.end() && saga::ended(at->second->status) && event.placed != nullptr;
  if (at != orders_.end() && !anew) return step(*at->second, event, offset);
  if (event.mail_again) return Finding::unkept;
  if (event.placed == nullptr) return Finding::stranger;
  if (event.step != 1) return Finding::gap;
  tape::OwnedRecord record(tape::Record::create(*event.placed));
  if (anew) replace(*at->second, *record);
  tape::OwnedRecord& placed = orders_[event.order];
  placed = std::move(record);
  return step(*placed, event, offset);
}

/// Redis keeps an id only so long; then it may be placed anew, and that within one chunk.
void Fold::replace(const tape::Record& ended, tape::Record& by) {
  by.in_live_set = ended.in_live_set;
  std::erase(touched_, &ended);
  --ended_;
}

Finding Fold::step(tape::Record& record, const codec::EventRead& event, tape::Offset offset) {
  if (event.step <= record.step) return Finding::duplicate;
  if (event.step != record.step + 1) return Finding::gap;
  const bool counts = event.kind == EventKind::InventoryUpdated || event.kind == EventKind::InventoryReleased;
  if (counts && !fits(event, record.order)) return Finding::unreadable;
  const bool had_ended = saga::ended(record.status);
  switch (advance(record, {event.kind, event.reason, event.at, offset})) {
    case saga::Verdict::apply:
      break;
    case saga::Verdict::duplicate:
      return Finding::duplicate;
    case saga::Verdict::refuse:
      return Finding::refused;
  }
  take_levels(event, record);
  if (event.placed == nullptr) record.keep_answer(event.kind, event.said);
  if (event.kind == EventKind::NotificationFailed) record.mail_answer = event.mail_answer;
  record.stored(record.step);  // it will be: nobody asks for what the order was before
  if (had_ended) --ended_;
  if (record.step > 1 && !had_ended) contents_.remove_order(record.order.id, record.step - 1);
  if (!saga::ended(record.status)) contents_.add_order(record.order.id, record.step);
  touch(record);
  return Finding::applied;
}

void Fold::touch(tape::Record& record) {
  if (record.store_mark == 0) {
    touched_.push_back(&record);
    changed_bytes_ += record.bytes;
  }
  record.store_mark = 1;
  if (saga::ended(record.status)) ++ended_;
}

const Fold::Changes& Fold::changes() {
  using LiveSet = engine::Store::LiveSet;
  changes_ = {};
  text_.clear();
  std::vector<std::size_t> begins;
  for (const tape::Record* record : touched_) {
    begins.push_back(text_.size());
    codec::render_document(*record, text_);
  }
  begins.push_back(text_.size());
  for (std::size_t i = 0; i < touched_.size(); ++i) {
    const tape::Record& record = *touched_[i];
    const bool ended = saga::ended(record.status);
    const LiveSet live =
        ended == record.in_live_set ? (ended ? LiveSet::remove : LiveSet::add) : LiveSet::leave;
    changes_.orders.push_back({record.order.id,
                               std::string_view(text_).substr(begins[i], begins[i + 1] - begins[i]), live,
                               ended, record.mail_step != 0, record.order.reference, record.placed_serial()});
  }
  for (const auto& [sku, free] : stock_changed_) changes_.stock.push_back({sku, free});
  return changes_;
}

void Fold::written(const std::function<void(tape::OwnedRecord)>& ended) {
  for (tape::Record* record : touched_) {
    record->in_live_set = !saga::ended(record->status);
    record->store_mark = 0;
    if (record->in_live_set) continue;
    auto gone = orders_.extract(record->order.id);
    if (ended) ended(std::move(gone.mapped()));
  }
  touched_.clear();
  changed_bytes_ = 0;
  ended_ = 0;
  stock_changed_.clear();
  changes_ = {};
}

const tape::Record* Fold::find(const saga::OrderId& id) const {
  const auto at = orders_.find(id);
  return at == orders_.end() ? nullptr : at->second.get();
}

std::vector<tape::Record*> Fold::release_orders() {
  std::vector<tape::Record*> all;
  all.reserve(orders_.size());
  for (auto& [id, record] : orders_) {
    contents_.remove_order(id, record->step);
    all.push_back(record.release());
  }
  orders_.clear();
  std::sort(all.begin(), all.end(), [](const tape::Record* a, const tape::Record* b) {
    return a->steps().at(1).offset < b->steps().at(1).offset;
  });
  return all;
}

}  // namespace recovery
