// The part of --verify that holds Redis against the fold.
#include <fmt/format.h>

#include <unordered_set>
#include <utility>
#include <vector>

#include "edge/verify/verify.h"
#include "engine/codec/document.h"
#include "engine/keyed_hash.h"
#include "engine/recovery/load.h"

namespace verify {

void Verify::compare_checkpoint(const tape::Heading& heading, tape::Reading reading) {
  const engine::Store::Checkpoint& at = begin_.checkpoint;
  const bool the_one =
      heading.offset == at.offset &&
      (at.seq == 0 ? reading == tape::Reading::opened && at.epoch == at.offset
                   : reading == tape::Reading::apply && heading.epoch == at.epoch && heading.seq == at.seq);
  if (the_one) return;
  findings_.add(
      Kind::checkpoint,
      fmt::format("the checkpoint is epoch {}, seq {} at offset {}, and there is another record, or "
                  "one that does not count",
                  at.epoch, at.seq, at.offset));
}

Verify::Result Verify::compare_at_checkpoint() {
  compared_ = true;
  bool good = compare_ended();
  drop_ended();
  const std::uint64_t before = findings_.count();
  good = good && compare_stock() && compare_live();
  settle_suspects();
  settle_references();
  if (good && findings_.count() == before) compare_contents();
  if (!good) return redis_failed();
  return {};
}

/// The orders that have ended in this chunk; afterwards they leave memory.
bool Verify::compare_ended() {
  std::vector<const tape::Record*> ended;
  std::vector<std::string> ids;
  for (const engine::Store::OrderWrite& order : fold_.changes().orders) {
    suspects_.erase(order.id);
    if (!order.finished) continue;
    ended.push_back(fold_.find(order.id));
    ids.push_back(order.id.str());
  }
  auto next = ended.begin();
  return redis_.load_documents(std::vector<std::string_view>(ids.begin(), ids.end()),
                               [&](std::string_view, std::optional<std::string_view> document) {
                                 compare(**next++, document);
                                 return true;
                               }) &&
         find_references();
}

void Verify::compare(const tape::Record& record, std::optional<std::string_view> document) {
  if (!document && saga::ended(record.status) && record.last_at + task_.keep < task_.now) {
    ++expired_;
    return;
  }
  ++documents_;
  std::string expected;
  codec::render_document(record, expected);
  const tape::Offset last = record.last_step().offset;
  if (document != expected) {
    suspects_[record.order.id] = {last, !document};
  } else if (saga::ended(record.status) && !record.order.reference.empty() && last > indexed_from_) {
    referenced_.push_back({record.order.reference, record.order.id, record.placed_serial()});
  }
}

void Verify::settle_suspects() {
  for (const auto& [id, suspect] : suspects_) {
    findings_.add(Kind::document,
                  fmt::format("order {}: Redis has {} document {}, offset {}", id.str(),
                              suspect.absent ? "no" : "another",
                              suspect.absent ? "of it" : "than the log says", suspect.offset));
  }
  suspects_.clear();
}

bool Verify::compare_stock() {
  const auto stock = redis_.load_stock();
  if (!stock) return false;
  auto expected = fold_.stock();
  for (const auto& [sku, free] : *stock) {
    held_.add_sku(sku, free);
    const auto level = expected.find(sku);
    if (level == expected.end()) {  // filled by hand, and never sold
      ++only_in_redis_;
      continue;
    }
    if (level->second != free) {
      findings_.add(Kind::stock,
                    fmt::format("stock of {} is {} in Redis, the log says {}", sku, free, level->second));
    }
    expected.erase(level);
  }
  for (const auto& [sku, free] : expected)
    findings_.add(Kind::stock, fmt::format("stock of {} is not in Redis, the log says {}", sku, free));
  return true;
}

bool Verify::compare_live() {
  const std::vector<tape::Record*> unfinished = fold_.release_orders();
  std::unordered_set<std::string, engine::KeyedHash> listed;
  std::unordered_map<std::string, const tape::Record*, engine::KeyedHash> expected;
  for (const tape::Record* record : unfinished) expected.emplace(record->order.id.str(), record);
  bool good = redis_.load_live([&](std::string_view id, std::optional<std::string_view> document) {
    if (!listed.emplace(id).second) return true;
    hold(document);
    const auto at = expected.find(std::string{id});
    if (at != expected.end()) {
      compare(*at->second, document);
      expected.erase(at);
    } else {
      findings_.add(Kind::live_set,
                    fmt::format("order {}: Redis lists it as unfinished, the log does not", id));
    }
    return true;
  });
  std::vector<std::string_view> ids;
  for (const auto& [id, record] : expected) {
    if (!good) break;
    findings_.add(Kind::live_set, fmt::format("order {}: it is {}, and Redis does not list it as unfinished",
                                              id, saga::name(record->status)));
    ids.push_back(id);
  }
  good =
      good && redis_.load_documents(ids, [&](std::string_view id, std::optional<std::string_view> document) {
        compare(*expected.at(std::string{id}), document);
        return true;
      });
  for (tape::Record* record : unfinished) fold_.take(record);
  return good;
}

/// An order as the start would take it up.
void Verify::hold(std::optional<std::string_view> document) {
  tape::Record* const record = document_parser_.restore(document.value_or("")).record;
  if (record == nullptr) return;  // a finding already
  held_.add_order(record->order.id, record->step);
  tape::Record::destroy(record);
}

/// What a start would miss and the log does not know: a level that was there before it.
void Verify::compare_contents() {
  std::string gone = recovery::missing(begin_, held_);
  if (gone.empty()) gone = recovery::missing_recent(begin_);
  if (!gone.empty()) findings_.add(Kind::checkpoint, "a part of Redis is gone: " + gone);
}

/// What was found holds only of a Redis that stood still.
bool Verify::look_whether_moved() {
  const auto after = redis_.load();
  if (!after) return false;
  moved_ = after->checkpoint != begin_.checkpoint || after->fence != begin_.fence;
  if (moved_) findings_.drop_about_redis();
  return true;
}

}  // namespace verify
