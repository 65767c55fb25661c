// The fold (law 4): the log's valid events, one by one in offset order, make the state that they are the
// history of: unfinished orders, and stock. It starts from nothing or from what Redis holds at a checkpoint,
// and tells in chunks what has changed, so that Redis can follow; an order that has ended leaves memory with
// the chunk.
//
//   take, set_stock ─▶ fold, fold, fold … ─▶ changes ─▶ written ─┬─▶ release_orders, stock
//   documents, levels   ▲  an event each      a batch            │
//                       └──────────── the next chunk ◀───────────┘
//
// An event that does not fit is a finding: skipped, never a crash. What becomes of it is the caller's to say:
// a start goes no further. The reader rule is applied before.
//
// Thread: one. Bounds: the orders under way, and a chunk of those that have ended.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/codec/event_parser.h"
#include "engine/ports.h"
#include "engine/tape/record.h"

namespace recovery {

enum class Finding : std::uint8_t {
  applied,
  duplicate,   // a step that was there before
  refused,     // the table: cannot happen
  gap,         // a step is missing before it
  stranger,    // of an order that is not under way
  unkept,      // of a mail that was asked for again, and the order is not kept any more
  unreadable,  // a valid record, but no event as this engine writes it
};
std::string_view name(Finding finding);
/// The finding about a valid record in words: where it is, what it is, and what to do.
std::string explain(Finding finding, tape::Offset offset, std::string_view key, std::string_view type,
                    std::string_view type_prefix);

class Fold {
 public:
  Fold() = default;
  Fold(const Fold&) = delete;
  Fold& operator=(const Fold&) = delete;

  // --- What the checkpoint holds. A second record of one order is dropped.
  void take(tape::Record* record);
  void set_stock(std::string_view sku, std::int64_t free);
  /// Why an order cannot be one that is under way beside this stock; empty: it can.
  std::string misfit(const tape::Record& record) const;
  /// Leaves the stock alone.
  void forget_orders();

  /// nullptr: the parser could not read it.
  Finding fold(const codec::EventRead* event, tape::Offset offset);
  /// Whether the event goes on with an order that had ended and has left memory: take_back() it before.
  bool wants_back(const codec::EventRead& event) const {
    return event.kind == saga::EventKind::MailRequested && find(event.order) == nullptr;
  }
  /// As its last document has it.
  void take_back(tape::Record* ended);

  // --- What has changed since the last written().
  struct Changes {
    std::vector<engine::Store::OrderWrite> orders;
    std::vector<engine::Store::StockWrite> stock;
  };
  /// Views into this object until written().
  const Changes& changes();
  /// Those that have ended leave memory; whoever wants them is given them.
  void written(const std::function<void(tape::OwnedRecord)>& ended = {});
  /// About how much of it there is, in bytes of records.
  std::size_t changed_bytes() const { return changed_bytes_; }
  /// All of it that Redis holds after changes() besides finished orders, in figures.
  const saga::Contents& contents() const { return contents_; }

  // --- What has become of it all.
  /// An order that is under way, or has ended in this chunk; nullptr: neither.
  const tape::Record* find(const saga::OrderId& id) const;
  std::size_t under_way() const { return orders_.size() - ended_; }
  std::uint64_t events() const { return events_; }
  /// Hands the unfinished orders out, oldest first, when all is written; they are the caller's from then on.
  std::vector<tape::Record*> release_orders();
  /// Every counted sku.
  const std::map<std::string, std::int64_t, std::less<>>& stock() const { return stock_; }

 private:
  Finding judge(const codec::EventRead& event, tape::Offset offset);
  Finding step(tape::Record& record, const codec::EventRead& event, tape::Offset offset);
  void replace(const tape::Record& ended, tape::Record& by);
  std::string_view keep_level(std::string_view sku, std::int64_t free);
  void touch(tape::Record& record);

  std::unordered_map<saga::OrderId, tape::OwnedRecord, saga::OrderIdHash> orders_;
  std::size_t ended_ = 0;  // of them, in this chunk
  std::map<std::string, std::int64_t, std::less<>> stock_;
  std::map<std::string_view, std::int64_t> stock_changed_;  // keys are stock_'s
  std::vector<tape::Record*> touched_;
  std::size_t changed_bytes_ = 0;
  saga::Contents contents_;
  std::string text_;  // the documents of changes_
  Changes changes_;
  std::uint64_t events_ = 0;
};

}  // namespace recovery
