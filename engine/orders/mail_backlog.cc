#include "engine/orders/mail_backlog.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace orders {
namespace {

using namespace std::chrono_literals;

constexpr engine::Duration held_poll = 5ms;      // how often held records are looked at
constexpr engine::Duration store_pause = 100ms;  // until it is asked again after it did not answer
constexpr engine::Duration unreadable = 10s;     // until a document that could not be read is asked for again

}  // namespace

MailBacklog::MailBacklog(const MailBounds& bounds, tape::Tape& tape, Orders& orders, Dispatch& dispatch,
                         engine::Store& store, runtime::Parker& reactor, engine::Time opened)
    : bounds_(bounds),
      tape_(tape),
      orders_(orders),
      dispatch_(dispatch),
      store_(store),
      reactor_(reactor),
      returned_tokens_(bounds.under_way, 1, reactor),
      searches_(bounds.under_way),
      now_(opened) {
  for (Search& search : searches_) {
    search.owner = this;
    idle_.push_back(&search);
  }
}

MailBacklog::~MailBacklog() {
  for (Search& search : searches_) {
    if (std::find(idle_.begin(), idle_.end(), &search) == idle_.end()) store_.forget(search);
  }
}

void MailBacklog::take(tape::Record& record) {
  if (held_.empty() && may_send(deadline(record))) {
    send(record);
  } else {
    held_.push_back({&record, {}});
  }
}

void MailBacklog::released(tape::Index end) {
  for (; read_ < end; ++read_) {
    const tape::Event& event = tape_.event(read_);
    if (event.kind == saga::EventKind::StockSet) continue;
    if (event.at_ack == saga::HandlerId::notification) take(*event.record);
    if (!saga::ended(event.state)) continue;
    end_mailing(*event.record);
    if (event.kind == saga::EventKind::NotificationSent) server_away_ = false;
  }
}

void MailBacklog::drain(engine::Time end) {
  drain_end_.store(end.ns, std::memory_order_relaxed);
  reactor_.signal();
}

int MailBacklog::do_work(runtime::Time now) {
  now_ = now;
  const int work = take_returned_tokens() + look_up_due() + send_or_spill();
  publish();
  return work;
}

runtime::Time MailBacklog::next_deadline() const {
  engine::Time next = engine::Time::never();
  if (!held_.empty()) next = now_ + held_poll;
  if (full() || (server_away_ && under_way_ > 0)) return next;  // an ack wakes us
  const engine::Time soon = now_ + (store_.connected() ? held_poll : store_pause);
  const engine::Time able = std::max({soon, store_pause_, server_away_ ? server_due_ : engine::Time{}});
  if (!fresh_.empty()) next = std::min(next, able);
  if (!tried_.empty() && !draining()) next = std::min(next, std::max(able, tried_.top().due));
  return next;
}

// --- Out to notification.

/// Whether a mail with this deadline may go now.
bool MailBacklog::may_send(engine::Time end) const {
  if (full() || now_.ns >= drain_end_.load(std::memory_order_relaxed)) return false;
  if (!server_away_) return true;
  if (draining()) return false;
  return now_ >= end || (under_way_ == 0 && now_ >= server_due_);  // past its deadline, or a probe
}

int MailBacklog::send_or_spill() {
  int work = 0;
  for (std::size_t left = std::min(held_.size(), engine::limits::mail_batch); left > 0; --left) {
    const Held first = held_.front();
    held_.pop_front();
    tape::Record& record = *first.record;
    if (first.due <= now_ && (first.due == engine::Time{} || !draining()) && may_send(deadline(record))) {
      send(record);
      ++work;
    } else if (record.stored_step == record.step_count && !record.awaited()) {
      spill(first);
      ++work;
    } else {
      held_.push_back(first);  // a client waits for its end, or the store is behind
    }
  }
  return work;
}

void MailBacklog::send(tape::Record& record) {
  ++under_way_;
  record.mailing = true;
  dispatch_.hand_on(record, saga::HandlerId::notification);
}

void MailBacklog::end_mailing(tape::Record& record) {
  if (!record.mailing) return;
  record.mailing = false;
  --under_way_;
}

int MailBacklog::take_returned_tokens() {
  std::array<tape::Task, engine::limits::mail_batch> batch;
  const std::size_t count = returned_tokens_.pop(batch);
  for (const tape::Task& task : std::span{batch}.first(count)) {
    tape::Record& record = *task.record;
    end_mailing(record);
    server_away_ = static_cast<tape::MailOutcome>(task.code) == tape::MailOutcome::away;
    if (server_away_) server_due_ = record.mail_due;
    const bool tried = !server_away_ || record.attempts.load(std::memory_order_relaxed) > 0;
    held_.push_back({&record, tried ? record.mail_due : engine::Time{}});
  }
  return static_cast<int>(count);
}

// --- Into the store and back.

void MailBacklog::spill(const Held& held) {
  tape::Record& record = *held.record;
  wait({.id = record.order.id,
        .due = held.due,
        .end = deadline(record),
        .attempts = record.attempts.load(std::memory_order_relaxed),
        .unanswered = record.mails_unanswered,
        .unanswered_at = record.mail_unanswered_at});
  orders_.spill(record);
  spills_.add();
}

void MailBacklog::wait(const Entry& entry) {
  if (entry.due == engine::Time{}) {
    fresh_.push_back(entry);
  } else {
    tried_.push(entry);
  }
}

int MailBacklog::look_up_due() {
  int work = 0;
  // An order whose last event is not stored yet is still live, though no longer under way here.
  const auto has_place = [this] {
    return !idle_.empty() && orders_.may_adopt(searches_.size() - idle_.size() + 1);
  };
  for (; work < static_cast<int>(engine::limits::mail_batch) && !store_away() && has_place(); ++work) {
    const bool another = server_away_ && !fresh_.empty() && may_send(fresh_.front().end);
    if (!another && !tried_.empty() && !draining() && tried_.top().due <= now_ &&
        may_send(tried_.top().end)) {
      const Entry entry = tried_.top();
      tried_.pop();
      look_up(entry);
    } else if (!fresh_.empty() && may_send(fresh_.front().end)) {
      const Entry entry = fresh_.front();
      fresh_.pop_front();
      look_up(entry);
    } else {
      break;
    }
  }
  return work;
}

void MailBacklog::look_up(const Entry& entry) {
  ++under_way_;
  Search& search = *idle_.back();
  idle_.pop_back();
  search.entry = entry;
  store_.find(entry.id, search);
}

void MailBacklog::found(Search& search, engine::Store::DocumentListener::Found found,
                        std::string_view document) {
  Entry entry = search.entry;
  idle_.push_back(&search);
  --under_way_;
  if (found == engine::Store::DocumentListener::Found::unavailable) {
    store_pause_ = now_ + store_pause;
    return wait(entry);
  }
  tape::Record* const record =
      found == engine::Store::DocumentListener::Found::yes ? read(document) : nullptr;
  if (record == nullptr) {  // the store has lost writes: the start procedure will bring the order back
    store_lacks_.store(true, std::memory_order_relaxed);
    entry.due = now_ + unreadable;
    return tried_.push(entry);
  }
  record->step_since = entry.end - bounds_.deadline;
  record->mails_unanswered = entry.unanswered;
  record->mail_unanswered_at = entry.unanswered_at;
  record->attempts.store(entry.attempts, std::memory_order_relaxed);
  orders_.adopt(record);
  taken_up_.add();
  send(*record);
}

tape::Record* MailBacklog::read(std::string_view document) {
  tape::Record* const record = documents_.restore(document).record;
  if (record == nullptr || saga::holder(record->state) == saga::HandlerId::notification) return record;
  tape::Record::destroy(record);  // the document is older than the event that made its mail due
  return nullptr;
}

// --- What others see.

void MailBacklog::publish() {
  const std::size_t searching = searches_.size() - idle_.size();
  const std::size_t size = held_.size() + fresh_.size() + tried_.size() + searching;
  orders_.hold_intake(size >= bounds_.waiting);
  size_.store(size, std::memory_order_relaxed);
  mailing_.store(under_way_ - searching, std::memory_order_relaxed);
  const bool stuck = server_away_ || store_away() || now_.ns >= drain_end_.load(std::memory_order_relaxed);
  at_rest_.store((under_way_ == 0 || bounds_.by_topic) && (fresh_.empty() || stuck),
                 std::memory_order_release);
}

void MailBacklog::list(runtime::Metrics& metrics) const {
  metrics.add_gauge("saga_mail_backlog", "", "Orders that only wait for their mail.",
                    [this] { return static_cast<double>(size()); });
  metrics.add_gauge("saga_mails_under_way", "", "Orders whose mail is being sent.",
                    [this] { return static_cast<double>(mailing()); });
  metrics.add("saga_mail_backlog_set_aside_total", "", "Orders that left memory to wait for their mail.",
              spills_);
  metrics.add("saga_mail_backlog_taken_up_total", "", "Orders read back from Redis for their mail.",
              taken_up_);
}

}  // namespace orders
