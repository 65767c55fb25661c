// The store agent: follows the released events and makes one atomic Redis batch of each run of them: each
// order as of its last event in the batch, the stock levels, and the checkpoint. When Redis has applied the
// batch its events are stored: their slots are free, and orders that have ended leave memory.
//
//   released ──fold──▶ the batch being built ──submit──▶ the one in flight ──applied──▶ stored, room, finish
//
// A batch gathers for a while from its first event on, for an order that is on its way at its end is written again by a
// later one, and a script of one order costs Redis four times what an order costs in a script of many. Nobody waits for
// it: answers leave at the ack. It gathers up to four times as long while many of its orders are still on their way, and goes
// at once when it holds much of what is bounded, or the engine drains.
// What it may hold follows from how long Redis took for the last ones: a long script holds up everybody's look-ups.
// No turn does all the work of a batch, which would hold up answers: an order that ends is rendered as it does, and when the
// batch is applied, orders leave memory some in a turn.
//
// Thread: the reactor's, after orders::Release. Only stop() may be read by any.
// Invariants: stored <= released. A document shows exactly the steps up to its batch's checkpoint, never the
// record as it runs on. Batches follow each other's checkpoint without gaps, and each says what Redis holds
// then, in figures (engine/saga/contents.h).
// Bounds: limits::store_batch_events_max events and about limits::store_batch_bytes of records in a batch; two
// batches; a level a counted sku.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/keyed_hash.h"
#include "engine/limits.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"
#include "engine/orders/requests.h"
#include "engine/ports.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/histogram.h"
#include "engine/runtime/metrics.h"
#include "engine/tape/tape.h"

namespace store {

class StoreAgent final : public runtime::Agent {
 public:
  static constexpr engine::Duration gather_usual = std::chrono::milliseconds{50};
  /// Full batches get larger while a trip takes less than half of it, and smaller when it takes more. Of a trip a third is
  /// EXEC, which holds up everybody else.
  static constexpr engine::Duration trip_max = std::chrono::milliseconds{100};

  /// `gather`: how long a batch waits for more.
  StoreAgent(tape::Tape& tape, orders::Orders& orders, orders::Dispatch& dispatch, engine::Store& store,
             engine::Duration gather = {});

  /// Before the workers run: Redis stands at `follows`, whose epoch was opened as `opening`.
  void start(const engine::Store::Checkpoint& follows, std::string opening = {});
  /// What Redis holds there, and each stock level of it; not called for an empty Redis.
  void holds(const saga::Contents& contents) { contents_ = contents; }
  void holds(std::string_view sku, std::int64_t free) { levels_[std::string{sku}].free = free; }

  /// Before the workers run: each batch says how far requests are settled with it.
  void settles(orders::Requests& requests) { requests_ = &requests; }

  int do_work(runtime::Time now) override;
  runtime::Time next_deadline() const override;
  std::string_view name() const override { return "store"; }

  /// Why it has stopped for good: nothing is stored any more.
  enum class Stop : std::uint8_t {
    no,
    fenced,     // a newer engine has taken over: exit 75
    elsewhere,  // Redis is not where our last batch left it: it has lost writes
  };
  Stop stop() const { return stop_.load(std::memory_order_acquire); }  // pairs with the release in settle()
  static std::string_view text(Stop stop);

  void list(runtime::Metrics& metrics) const;
  const runtime::Counter& batches() const { return batches_; }
  const runtime::Counter& orders_written() const { return orders_written_; }

 private:
  struct Touched {
    tape::Record* record = nullptr;
    std::uint32_t step = 0;      // the last in this batch
    bool finished = false;       // it has ended by then
    std::uint32_t rendered = 0;  // as of this step; 0: not yet
    std::size_t text_begin = 0, text_size = 0;
  };
  struct Draft {
    std::vector<Touched> orders;
    std::vector<engine::Store::StockWrite> stock;
    std::vector<tape::StockChange*> changes;
    std::string text;                   // all documents, and some that an order's next step has made void
    tape::Index end = 0;                // of its run of events
    engine::Store::Checkpoint reaches;  // of the last of them
    std::size_t events = 0;
    std::size_t bytes = 0;     // of the records
    std::size_t finished = 0;  // of the orders

    void clear();
    void render(Touched& order);
    std::string_view document(const Touched& order) const;
  };

  struct Level {
    std::int64_t free = 0;
    std::size_t place = 0;  // in the stock of the batch in which it was written last
  };

  int fold(runtime::Time now);
  bool full() const;
  bool due(runtime::Time now) const;
  runtime::Time gathered_at() const;
  void fold_event(const tape::Event& event);
  void note_stock(std::string_view sku, std::int64_t free);
  bool submit(runtime::Time now);
  void render();
  bool settle(runtime::Time now);
  bool take_result(runtime::Time now);
  void adapt(engine::Duration trip);

  tape::Tape& tape_;
  orders::Orders& orders_;
  orders::Dispatch& dispatch_;
  engine::Store& store_;
  const engine::Duration gather_;
  orders::Requests* requests_ = nullptr;  // nullptr: nobody answers over the topic
  engine::Store::Checkpoint checkpoint_;  // where the last submitted batch leads
  std::int64_t opened_epoch_ = -1;
  std::string opening_;  // of that epoch
  Draft building_, in_flight_;
  bool waiting_ = false;      // in_flight_ is
  bool applied_ = false;      // and Redis has applied it
  std::size_t finished_ = 0;  // so many of its orders have been seen to since
  runtime::Time submitted_at_{}, due_at_{};
  std::size_t events_max_ = engine::limits::store_batch_events;  // in a batch, as Redis takes them now
  std::vector<engine::Store::OrderWrite> writes_;
  // What Redis holds behind the batch that is built.
  saga::Contents contents_;
  std::unordered_map<std::string, Level, engine::KeyedHash, std::equal_to<>> levels_;
  std::atomic<Stop> stop_{Stop::no};
  runtime::Counter batches_, orders_written_, events_;
  runtime::Histogram latency_ns_;
};

}  // namespace store
