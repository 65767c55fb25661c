#include "engine/store/store_agent.h"

#include <algorithm>
#include <utility>

#include "engine/codec/document.h"
#include "engine/ensure.h"
#include "engine/orders/stock.h"

namespace store {
namespace {

constexpr std::size_t finished_a_turn = 256;  // some tenths of a millisecond
// A batch gathers longer while more than one in so many of its orders has not ended: these are written again.
constexpr std::size_t unfinished_share = 7;

}  // namespace

StoreAgent::StoreAgent(tape::Tape& tape, orders::Orders& orders, orders::Dispatch& dispatch,
                       engine::Store& store, engine::Duration gather)
    : tape_(tape), orders_(orders), dispatch_(dispatch), store_(store), gather_(gather) {
  for (Draft* draft : {&building_, &in_flight_}) draft->orders.reserve(engine::limits::store_batch_events);
  writes_.reserve(engine::limits::store_batch_events);
}

void StoreAgent::start(const engine::Store::Checkpoint& follows, std::string opening) {
  checkpoint_ = follows;
  opened_epoch_ = follows.epoch;
  opening_ = std::move(opening);
  building_.end = tape_.stored.read();
}

std::string_view StoreAgent::text(Stop stop) {
  switch (stop) {
    case Stop::no:
      return "";
    case Stop::fenced:
      return "a newer engine has fenced Redis: this one has been replaced";
    case Stop::elsewhere:
      return "Redis is not where the last batch left it: it has lost writes, or something else has written "
             "to it";
  }
  return "";
}

void StoreAgent::list(runtime::Metrics& metrics) const {
  metrics.add("saga_store_batches_total", "", "Batches that Redis has applied", batches_);
  metrics.add("saga_store_events_total", "", "Events that Redis has applied", events_);
  metrics.add("saga_store_orders_total", "", "Orders written in batches", orders_written_);
  metrics.add("saga_store_batch_seconds", "", "From a batch's submission to its result", latency_ns_);
}

int StoreAgent::do_work(runtime::Time now) {
  if (stop_.load(std::memory_order_relaxed) != Stop::no) return 0;  // written by this thread
  int work = 0;
  if (waiting_ && settle(now)) ++work;
  if (stop_.load(std::memory_order_relaxed) != Stop::no) return work;
  work += fold(now);
  if (!waiting_ && due(now) && submit(now)) ++work;
  return work;
}

runtime::Time StoreAgent::next_deadline() const {
  return waiting_ || building_.events == 0 ? runtime::Time::never() : gathered_at();
}

// --- Building a batch, also while the last one is in flight.

bool StoreAgent::full() const {
  return building_.events >= events_max_ || building_.bytes >= engine::limits::store_batch_bytes;
}

bool StoreAgent::due(runtime::Time now) const {
  if (building_.events == 0) return false;
  const bool much = 8 * building_.events >= tape_.room().capacity() ||
                    orders_.is_a_quarter(building_.orders.size(), building_.bytes);
  return now >= gathered_at() || full() || much || !orders_.intake_open();
}

runtime::Time StoreAgent::gathered_at() const {
  const std::size_t unfinished = building_.orders.size() - building_.finished;
  return unfinished_share * unfinished > building_.orders.size() ? due_at_ + 3 * gather_ : due_at_;
}

int StoreAgent::fold(runtime::Time now) {
  const tape::Index begin = building_.end;
  const tape::Index released = tape_.released.read();
  const bool first = building_.events == 0;
  tape::Index index = begin;
  while (index < released && !full()) {
    fold_event(tape_.event(index));
    ++building_.events;
    ++index;
  }
  if (index == begin) return 0;
  if (first) due_at_ = now + gather_;
  building_.reaches = tape_.place(index - 1);
  building_.end = index;
  return static_cast<int>(index - begin);
}

void StoreAgent::fold_event(const tape::Event& event) {
  orders::each_level(event, [this](std::string_view sku, std::int64_t free) { note_stock(sku, free); });
  if (event.kind == saga::EventKind::StockSet) return building_.changes.push_back(event.stock);
  tape::Record& record = *event.record;
  const bool was_live = event.step > 1 && event.kind != saga::EventKind::MailRequested;
  if (was_live) contents_.remove_order(record.order.id, event.step - 1);
  if (!saga::ended(event.state)) contents_.add_order(record.order.id, event.step);
  if (record.store_mark == 0) {
    building_.orders.push_back({.record = &record});
    building_.bytes += record.bytes;
    record.store_mark = static_cast<std::uint32_t>(building_.orders.size());
  }
  Touched& touched = building_.orders[record.store_mark - 1];
  touched.step = event.step;
  const bool ended = saga::ended(event.state);
  building_.finished += static_cast<std::size_t>(ended) - static_cast<std::size_t>(touched.finished);
  touched.finished = ended;
  if (ended) building_.render(touched);
}

void StoreAgent::note_stock(std::string_view sku, std::int64_t free) {
  auto at = levels_.find(sku);
  if (at == levels_.end()) {
    at = levels_.emplace(sku, Level{}).first;
  } else {
    contents_.remove_sku(sku, at->second.free);
  }
  contents_.add_sku(sku, free);
  Level& level = at->second;
  level.free = free;
  if (level.place < building_.stock.size() && building_.stock[level.place].sku == sku) {
    building_.stock[level.place].free = free;
    return;
  }
  level.place = building_.stock.size();
  building_.stock.push_back({at->first, free});
}

bool StoreAgent::submit(runtime::Time now) {
  if (building_.events == 0) return false;
  render();
  const bool known = building_.reaches.epoch == opened_epoch_;
  const engine::Store::Batch batch{.follows = checkpoint_,
                                   .reaches = building_.reaches,
                                   .orders = writes_,
                                   .stock = building_.stock,
                                   .opening = known ? opening_ : std::string_view{},
                                   .contents = contents_,
                                   .requests = requests_ == nullptr ? -1 : requests_->settled(building_.end)};
  ENSURE(store_.submit(batch));  // we have no other in flight
  checkpoint_ = building_.reaches;
  std::swap(building_, in_flight_);
  building_.clear();
  building_.end = in_flight_.end;
  waiting_ = true;
  submitted_at_ = now;
  return true;
}

void StoreAgent::render() {
  // All before the first is looked at, for the text moves as it grows.
  for (Touched& order : building_.orders) {
    if (order.rendered != order.step) building_.render(order);
  }
  writes_.clear();
  for (const Touched& order : building_.orders) {
    tape::Record& record = *order.record;
    auto live = engine::Store::LiveSet::leave;
    if (order.finished && record.in_live_set) live = engine::Store::LiveSet::remove;
    if (!order.finished && !record.in_live_set) live = engine::Store::LiveSet::add;
    record.in_live_set = !order.finished;
    record.store_mark = 0;
    writes_.push_back({record.order.id, building_.document(order), live, order.finished,
                       record.mail_step != 0, record.order.reference, record.serial});
  }
}

// --- What became of the one in flight.

bool StoreAgent::settle(runtime::Time now) {
  if (!applied_ && !take_result(now)) return false;
  if (!applied_) return true;
  const std::size_t end = std::min(finished_ + finished_a_turn, in_flight_.orders.size());
  for (; finished_ < end; ++finished_) {
    const Touched& order = in_flight_.orders[finished_];
    order.record->stored(order.step);
    if (order.finished) orders_.finish(*order.record, std::string(in_flight_.document(order)));
  }
  if (finished_ < in_flight_.orders.size()) return true;
  for (tape::StockChange* change : in_flight_.changes) dispatch_.settled(*change);
  tape_.stored.move(in_flight_.end);
  tape_.room().give(in_flight_.events);
  waiting_ = applied_ = false;
  finished_ = 0;
  return true;
}

/// False: there is none yet.
bool StoreAgent::take_result(runtime::Time now) {
  const auto result = store_.result();
  if (!result) return false;
  if (*result != engine::Store::Applied::applied) {
    waiting_ = false;
    const bool fenced = *result == engine::Store::Applied::fenced;
    stop_.store(fenced ? Stop::fenced : Stop::elsewhere, std::memory_order_release);  // pairs with stop()
    return true;
  }
  applied_ = true;
  adapt(now - submitted_at_);
  latency_ns_.record(static_cast<std::uint64_t>((now - submitted_at_).count()));
  batches_.add();
  events_.add(in_flight_.events);
  orders_written_.add(in_flight_.orders.size());
  return true;
}

void StoreAgent::adapt(engine::Duration trip) {
  if (trip > trip_max) {
    events_max_ = std::max(events_max_ / 2, engine::limits::store_batch_events);
  } else if (in_flight_.events >= events_max_ && trip < trip_max / 2) {
    events_max_ = std::min(events_max_ * 2, engine::limits::store_batch_events_max);
  }
}

void StoreAgent::Draft::clear() {
  orders.clear();
  stock.clear();
  changes.clear();
  text.clear();
  events = bytes = finished = 0;
}

void StoreAgent::Draft::render(Touched& order) {
  order.text_begin = text.size();
  codec::render_document(*order.record, order.step, text);
  order.text_size = text.size() - order.text_begin;
  order.rendered = order.step;
}

std::string_view StoreAgent::Draft::document(const Touched& order) const {
  return std::string_view(text).substr(order.text_begin, order.text_size);
}

}  // namespace store
