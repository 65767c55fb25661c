// All orders this process has in memory: the live ones, as records, and the last finished ones, as documents.
// It is where a new order is admitted, where an id is looked up first, and what GET and the listing show.
// An order is in here from its admission until its last event is stored. So this is also the one place that
// knows which ids are in use.
//
// An order that only waits for its mail may be spilled: neither live nor finished, it is in the store
// alone.
//
// Thread: the reactor's, but for what is marked otherwise.
// Bounds: new orders are admitted up to `live` records and `bytes` of them; with adopted ones there may be
// `capacity` records. `finished` documents, `finished_bytes` together.
// Invariants: an id is at most one of live, spilled and finished. A record is freed only when its last event
// is stored and every poke about it was taken.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/limits.h"
#include "engine/orders/id_index.h"
#include "engine/orders/marks.h"
#include "engine/orders/spilled.h"
#include "engine/saga/event.h"
#include "engine/tape/event.h"
#include "engine/tape/record.h"
#include "engine/tape/room.h"
#include "engine/tape/tape.h"

namespace orders {

struct Limits {
  std::size_t live;  // up to which new orders are admitted
  std::size_t bytes;
  std::size_t finished;
  std::size_t capacity = live;  // more than `live` if others are adopted
  std::size_t finished_bytes = engine::limits::finished_bytes;
};

struct Finished {
  saga::OrderId id;
  saga::State status = saga::State::none;
  std::uint64_t serial = 0;  // as tape::Record's
  std::string document;
  Marks marks{};
  std::string seen{};  // codec::render_seen

  std::size_t bytes() const { return document.size() + seen.size(); }
};

/// Which orders the listing shows; by default all.
struct Filter {
  std::optional<saga::State> status;
  bool retrying = false;  // only those that wait for another attempt
  std::optional<saga::Reason> reason{};
  std::string_view named{};  // only those whose e-mail address or reference it is, or has its mark (marks.h)

  /// Whatever its status is.
  bool passes(const tape::Record& live) const;
  bool has(saga::State state) const { return !status || saga::name(state) == saga::name(*status); }
};

/// One line of the listing. Neither live nor finished: the order is spilled, its document in the store.
struct Listed {
  std::uint64_t serial = 0;
  const tape::Record* live = nullptr;
  const Finished* finished = nullptr;
  saga::OrderId id{};  // of a spilled one
};

/// Whoever waits for an order that is spilled to be in memory again, or for one that has ended to be stored.
class ReturnListener {
 public:
  virtual ~ReturnListener() = default;
  /// It is live from now on. Called once.
  virtual void returned(tape::Record& record) = 0;
  /// The store has its end: it is live no more. Called once.
  virtual void stored() = 0;
};

class Orders {
 public:
  Orders(const Limits& limits, tape::Room& room);
  ~Orders();

  // --- Admission.
  enum class Refusal : std::uint8_t {
    none,
    closed,
    too_many,
    no_memory,
    no_room,
    mails_waiting,
    log_stalled
  };
  struct Admission {
    tape::Record* record = nullptr;
    Refusal refusal = Refusal::none;
  };
  /// What a new order of so many bytes would be told behind `before` others of that size.
  Refusal refusal_of(std::size_t bytes, std::size_t before = 0);
  /// Takes a record, its bytes and one event's room; the id is neither live nor finished. The caller hands
  /// the record over (Dispatch::arrive).
  Admission admit(const saga::Order& draft);
  /// The same of one that has a record already; taken out of `waiting` if it is admitted.
  Admission admit(tape::OwnedRecord& waiting);
  /// Takes a finished order back as a live one, with its last document's record, on the same terms: its mail
  /// was asked for again. Its id is not live; the caller hands it over (Dispatch::ask_for_mail).
  Admission readmit(tape::OwnedRecord ended);
  /// Takes up an order that was admitted before, all of whose events are stored: one spilled, or one that
  /// another engine left. Its id is neither live nor finished. It may be more than `live` or `bytes`, up to
  /// `capacity`; no new order is admitted until there are fewer again.
  void adopt(tape::Record* record);
  /// Whether `more` orders can be adopted, even if as many new ones as possible are admitted first.
  bool may_adopt(std::size_t more) const {
    return std::max(live_.size(), limits_.live) + more <= limits_.capacity;
  }
  /// While `mails_waiting` no new order is admitted: too many wait for their mail.
  void hold_intake(bool mails_waiting) { mails_waiting_ = mails_waiting; }
  void open_intake() { open_.store(true, std::memory_order_relaxed); }
  /// From any thread. Orders admitted a moment later are live like any other; draining counts them.
  void close_intake() { open_.store(false, std::memory_order_relaxed); }
  bool intake_open() const { return open_.load(std::memory_order_relaxed); }

  /// Whether so many orders, or so many bytes of them, are much of what may be live.
  bool is_a_quarter(std::size_t orders, std::size_t bytes) const {
    return 4 * orders >= limits_.live || 4 * bytes >= limits_.bytes;
  }

  // --- Lookup.
  tape::Record* find_live(const saga::OrderId& id);
  const Finished* find_finished(const saga::OrderId& id);
  /// Neither live nor finished; told when it is adopted.
  /// Of one that has ended it is stored() that comes.
  void await_return(const saga::OrderId& id, ReturnListener& listener) { returns_.emplace(id, &listener); }
  void forget_return(const saga::OrderId& id, const ReturnListener& listener);
  /// The `limit` newest below `before` (a serial) that pass the filter; newest first. A serial is a place in
  /// the log, so that a listing goes on in the next engine where it was.
  std::vector<Listed> list(const Filter& filter, std::uint64_t before, std::size_t limit) const;

  // --- As events are acked and stored.
  /// `shown`: now, on the wall clock.
  void acked(const tape::Event& event, tape::Offset offset, engine::Time shown = {});
  /// The order's last event is stored: its record is freed, its document joins the finished.
  void finish(tape::Record& record, std::string document);
  /// One that ended before this engine started, after those that are there; one that is live or finished already
  /// is passed over.
  void remember(Finished finished);
  /// The order only waits for its mail and its last event is stored: its record is freed.
  void spill(tape::Record& record);

  /// From any thread: how many orders the listing has with a status.
  std::uint64_t listed(std::string_view status) const;

  struct Counts {
    std::uint64_t live, live_bytes;
  };
  Counts counts() const {
    return {live_count_.load(std::memory_order_relaxed), live_bytes_.load(std::memory_order_relaxed)};
  }

 private:
  Refusal take_room(std::size_t bytes);
  Admission let_in(tape::Record* record);
  void add_finished(Finished finished);
  void forget_finished(const saga::OrderId& id);
  void tell_stored(const saga::OrderId& id);
  void count(saga::State state, std::int64_t more);
  void add_live(tape::Record& record);
  void remove_live(tape::Record& record);
  void sweep();

  struct LiveEntry {
    std::uint64_t serial;
    tape::Record* record;
  };

  const Limits limits_;
  tape::Room& room_;
  std::vector<LiveEntry> live_;       // dense, in no order
  std::vector<tape::Record*> poked_;  // have left, but a poke of them is still on its way
  std::deque<Finished> finished_;     // one without a status: an empty place
  std::size_t finished_bytes_ = 0;
  Spilled spilled_;
  std::unordered_multimap<saga::OrderId, ReturnListener*, saga::OrderIdHash> returns_;
  bool mails_waiting_ = false;
  IdIndex<tape::Record*> live_index_;
  IdIndex<Finished*> finished_index_;
  // Written by the reactor's thread, read by any for metrics and draining; a moment old is fine there.
  std::atomic<bool> open_{false};
  std::atomic<std::uint64_t> live_count_{0};
  std::atomic<std::uint64_t> live_bytes_{0};
  std::array<std::atomic<std::uint64_t>, saga::states> listed_{};
};

}  // namespace orders
