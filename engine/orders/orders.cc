#include "engine/orders/orders.h"

#include <algorithm>
#include <utility>

#include "engine/codec/seen.h"
#include "engine/ensure.h"
#include "engine/tape/advance.h"

namespace orders {

Orders::Orders(const Limits& limits, tape::Room& room)
    : limits_(limits), room_(room), live_index_(limits.capacity), finished_index_(limits.finished + 1) {
  live_.reserve(limits.capacity);
}

Orders::~Orders() {
  for (const LiveEntry& entry : live_) tape::Record::destroy(entry.record);
  for (tape::Record* record : poked_) tape::Record::destroy(record);
}

Orders::Refusal Orders::refusal_of(std::size_t bytes, std::size_t before) {
  if (!intake_open()) return Refusal::closed;
  if (mails_waiting_) return Refusal::mails_waiting;
  if (room_.log_stalled()) return Refusal::log_stalled;
  // No order may be left whose end would do it.
  if (live_.size() + poked_.size() + before >= limits_.live) sweep();
  if (live_.size() + poked_.size() + before >= limits_.live) return Refusal::too_many;
  if (live_bytes_.load(std::memory_order_relaxed) + bytes * (1 + before) > limits_.bytes)
    return Refusal::no_memory;
  return room_.has_for_intake(1 + before) ? Refusal::none : Refusal::no_room;
}

Orders::Refusal Orders::take_room(std::size_t bytes) {
  const Refusal why = refusal_of(bytes);
  if (why != Refusal::none) return why;
  return room_.take_for_intake() ? Refusal::none : Refusal::no_room;
}

Orders::Admission Orders::admit(const saga::Order& draft) {
  const Refusal why = take_room(tape::Record::bytes_for(draft));
  return why == Refusal::none ? let_in(tape::Record::create(draft)) : Admission{nullptr, why};
}

Orders::Admission Orders::admit(tape::OwnedRecord& waiting) {
  const Refusal why = take_room(waiting->bytes);
  return why == Refusal::none ? let_in(waiting.release()) : Admission{nullptr, why};
}

Orders::Admission Orders::let_in(tape::Record* record) {
  add_live(*record);
  return {record, Refusal::none};
}

Orders::Admission Orders::readmit(tape::OwnedRecord ended) {
  ENSURE(saga::ended(ended->status) && find_live(ended->order.id) == nullptr);
  const Refusal why = take_room(ended->bytes);
  if (why != Refusal::none) return {nullptr, why};
  tape::Record* const record = ended.release();
  record->stored_step = record->step_count;
  record->serial = record->placed_serial();
  forget_finished(record->order.id);
  add_live(*record);
  return {record, Refusal::none};
}

std::uint64_t Orders::listed(std::string_view status) const {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < saga::states; ++i) {
    if (saga::name(static_cast<saga::State>(i)) == status)
      count += listed_[i].load(std::memory_order_relaxed);  // a moment old is fine
  }
  return count;
}

/// Written by this thread alone.
void Orders::count(saga::State state, std::int64_t more) {
  if (state == saga::State::none) return;
  auto& listed = listed_[static_cast<std::size_t>(state)];
  listed.store(listed.load(std::memory_order_relaxed) + static_cast<std::uint64_t>(more),
               std::memory_order_relaxed);
}

void Orders::add_finished(Finished finished) {
  if (limits_.finished == 0) return;
  count(finished.status, 1);
  finished_bytes_ += finished.bytes();
  while (!finished_.empty() &&
         (finished_.size() == limits_.finished || finished_bytes_ > limits_.finished_bytes)) {
    finished_bytes_ -= finished_.front().bytes();
    if (finished_.front().status != saga::State::none) finished_index_.erase(finished_.front().id);
    count(finished_.front().status, -1);
    finished_.pop_front();
  }
  finished_.push_back(std::move(finished));
  finished_index_.insert(finished_.back().id, &finished_.back());
}

void Orders::remember(Finished finished) {
  if (find_live(finished.id) == nullptr && find_finished(finished.id) == nullptr)
    add_finished(std::move(finished));
}

/// If it is in memory.
void Orders::forget_finished(const saga::OrderId& id) {
  Finished** const found = finished_index_.find(id);
  if (found == nullptr) return;
  // Those behind it stay where they are: what is left is an empty place, until its turn to go comes.
  Finished& finished = **found;
  finished_index_.erase(id);
  finished_bytes_ -= finished.bytes();
  finished.document = {};
  finished.seen = {};
  count(finished.status, -1);
  finished.status = saga::State::none;
}

void Orders::adopt(tape::Record* record) {
  ENSURE(record->status != saga::State::none && !saga::ended(record->status));
  record->serial = record->placed_serial();
  if (spilled_.remove(record->serial, record->status)) count(record->status, -1);
  record->stored_step = record->step_count;
  add_live(*record);
  const auto [first, end] = returns_.equal_range(record->order.id);
  for (auto at = first; at != end; ++at) at->second->returned(*record);
  returns_.erase(first, end);
}

void Orders::forget_return(const saga::OrderId& id, const ReturnListener& listener) {
  const auto [first, end] = returns_.equal_range(id);
  const auto at = std::find_if(first, end, [&](const auto& one) { return one.second == &listener; });
  ENSURE(at != end);
  returns_.erase(at);
}

void Orders::add_live(tape::Record& record) {
  count(record.status, 1);
  record.position = live_.size();
  live_.push_back({record.serial, &record});
  live_index_.insert(record.order.id, &record);
  live_count_.store(live_.size(), std::memory_order_relaxed);
  live_bytes_.store(live_bytes_.load(std::memory_order_relaxed) + record.bytes, std::memory_order_relaxed);
}

tape::Record* Orders::find_live(const saga::OrderId& id) {
  tape::Record** const found = live_index_.find(id);
  return found != nullptr ? *found : nullptr;
}

const Finished* Orders::find_finished(const saga::OrderId& id) {
  Finished** const found = finished_index_.find(id);
  return found != nullptr ? *found : nullptr;
}

bool Filter::passes(const tape::Record& live) const {
  return (!retrying || live.retrying()) && (!reason || live.reason == *reason) &&
         (named.empty() || live.order.email == named || live.order.reference == named);
}

std::vector<Listed> Orders::list(const Filter& filter, std::uint64_t before, std::size_t limit) const {
  // A heap of the newest `limit`; its front is the oldest of them.
  const auto newer = [](const Listed& a, const Listed& b) { return a.serial > b.serial; };
  std::vector<Listed> heap;
  heap.reserve(limit + 1);
  const std::size_t mark = Marks::of(filter.named);
  const auto pass = [&](const Marks& marks) {
    return (!filter.reason || marks.reason == *filter.reason) &&
           (filter.named.empty() || marks.email == mark || marks.reference == mark);
  };
  const auto offer = [&](const Listed& candidate, saga::State state) {
    if (candidate.serial >= before || state == saga::State::none || !filter.has(state)) return;
    if (heap.size() == limit && candidate.serial < heap.front().serial) return;
    heap.push_back(candidate);
    std::push_heap(heap.begin(), heap.end(), newer);
    if (heap.size() > limit) {
      std::pop_heap(heap.begin(), heap.end(), newer);
      heap.pop_back();
    }
  };
  for (const LiveEntry& entry : live_) {
    if (filter.passes(*entry.record))
      offer({.serial = entry.serial, .live = entry.record}, entry.record->status);
  }
  if (!filter.retrying) {
    for (const Finished& finished : finished_) {
      if (pass(finished.marks)) offer({.serial = finished.serial, .finished = &finished}, finished.status);
    }
    spilled_.newest(filter.status, before, limit, pass,
                    [&](std::uint64_t serial, const Spilled::Order& order, saga::State state) {
                      offer({.serial = serial, .id = order.id}, state);
                    });
  }
  std::sort_heap(heap.begin(), heap.end(), newer);
  return heap;
}

void Orders::acked(const tape::Event& event, tape::Offset offset, engine::Time shown) {
  tape::Record& record = *event.record;
  ENSURE(record.step_count + 1U == event.step);
  count(record.status, -1);
  tape::show_step(record, {event.at, offset, event.kind, event.state, event.reason, event.step, shown});
  count(record.status, 1);
  if (event.kind == saga::EventKind::OrderResumed)
    record.requests_sent &= static_cast<std::uint8_t>(~static_cast<std::uint8_t>(tape::OrderRequest::retry));
  if (event.step == 1) live_[record.position].serial = record.serial = record.placed_serial();
  record.tell(event);
}

void Orders::finish(tape::Record& record, std::string document) {
  ENSURE(saga::ended(record.status));
  std::string seen;
  codec::render_seen(record, seen);
  add_finished({record.order.id, record.status, record.serial, std::move(document),
                Marks::of(record.order, record.reason), std::move(seen)});
  const saga::OrderId id = record.order.id;
  remove_live(record);
  tell_stored(id);
}

/// One at a time: whoever is told may let the order in again, be answered, or come to wait anew.
void Orders::tell_stored(const saga::OrderId& id) {
  for (auto count = returns_.count(id); count > 0; --count) {
    const auto at = returns_.find(id);
    if (at == returns_.end()) return;
    ReturnListener* const listener = at->second;
    returns_.erase(at);
    listener->stored();
  }
}

void Orders::spill(tape::Record& record) {
  ENSURE(record.stored_step == record.step_count && !record.awaited());
  count(record.status, 1);
  spilled_.add(record.serial, {record.order.id, Marks::of(record.order, record.reason)}, record.status);
  remove_live(record);
}

void Orders::remove_live(tape::Record& record) {
  count(record.status, -1);
  live_index_.erase(record.order.id);
  live_[record.position] = live_.back();
  live_[record.position].record->position = record.position;
  live_.pop_back();
  live_count_.store(live_.size(), std::memory_order_relaxed);
  live_bytes_.store(live_bytes_.load(std::memory_order_relaxed) - record.bytes, std::memory_order_relaxed);
  poked_.push_back(&record);
  sweep();
}

void Orders::sweep() {
  std::erase_if(poked_, [](tape::Record* record) {
    // acquire: pairs with the release of the stage that took the last one; it has read the record before.
    if (record->pokes.load(std::memory_order_acquire) != 0) return false;
    tape::Record::destroy(record);
    return true;
  });
}

}  // namespace orders
