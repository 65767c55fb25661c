#include "handlers/stage.h"

#include <algorithm>
#include <utility>

#include "engine/ensure.h"
#include "engine/saga/table.h"
#include "engine/tape/advance.h"

namespace handlers {

using saga::EventKind;
using saga::HandlerId;
using tape::TaskKind;

Stage::Stage(Handler& handler, const RetryRules& retry, tape::Tape& tape, orders::Inboxes& inboxes,
             const runtime::WallClock& wall, runtime::Time start)
    : handler_(handler),
      retry_(retry),
      tape_(tape),
      inbox_(inboxes.of(handler.id())),
      wall_(wall),
      timers_(start) {
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    const auto to = static_cast<HandlerId>(i);
    if (saga::hands_ahead(handler.id(), to)) to_[i].emplace(inboxes.of(to));
  }
}

int Stage::do_work(runtime::Time now) {
  const int fired = timers_.advance(now);
  if (due_.empty() && inbox_.size_approx() == 0) return fired;
  std::size_t room = tape_.room().take(engine::limits::stage_batch);
  if (room == 0) return fired;  // Room::give() will wake this worker

  appended_ = 0;
  int done = take_due(now, room);
  done += take_tasks(now, room);
  hand_on();
  if (appended_ > 0) tape_.announce();
  tape_.room().give(room - appended_);
  events_.add(appended_);
  return fired + done;
}

int Stage::take_due(runtime::Time now, std::size_t room) {
  std::size_t count = 0;
  for (; count < due_.size() && appended_ < room; ++count) {
    unkeep(*due_[count]);
    attempt({due_[count], TaskKind::token}, now);
  }
  due_.erase(due_.begin(), due_.begin() + static_cast<std::ptrdiff_t>(count));
  return static_cast<int>(count);
}

int Stage::take_tasks(runtime::Time now, std::size_t& room) {
  std::array<tape::Task, engine::limits::stage_batch> batch;
  const std::size_t count = inbox_.pop(std::span{batch}.first(room - appended_));
  for (const tape::Task& task : std::span{batch}.first(count)) {
    // For these two the room was taken at admission.
    if (task.kind == TaskKind::arrival || task.kind == TaskKind::stock) ++room;
    take(task, now);
  }
  return static_cast<int>(count);
}

void Stage::take(const tape::Task& task, runtime::Time now) {
  switch (task.kind) {
    case TaskKind::token:
      return take_token(*task.record, now);
    case TaskKind::poke:
      return take_poke(*task.record, now);
    case TaskKind::stock:
      handler_.handle(task, now);
      return append_stock(*task.stock, now);
    case TaskKind::arrival:
    case TaskKind::mail_result:
      return attempt(task, now);
  }
}

void Stage::take_token(tape::Record& record, runtime::Time now) {
  // Parked, it waits for a person; and a provider takes its time.
  const bool waits = record.state == saga::State::parked || handler_.latency(record).count() > 0;
  if (!waits || requested(record)) return attempt({&record, TaskKind::token}, now);
  if (record.state == saga::State::parked) return keep(record, runtime::Time::never());
  keep(record, answered(record, now));
}

/// When the answer to a call begun at `at` is taken: the order's deadline does not wait for it.
runtime::Time Stage::answered(const tape::Record& record, runtime::Time at) const {
  const runtime::Time answer = at + handler_.latency(record);
  return bound_by_order_deadline(record) ? std::min(answer, order_due(retry_, record)) : answer;
}

bool Stage::bound_by_order_deadline(const tape::Record& record) const {
  return saga::may_keep_waiting(handler_.id()) && !saga::backwards(record.state);
}

/// At most one of the poked stages keeps the order. The others need not do anything: they read the request
/// when they get the token.
void Stage::take_poke(tape::Record& record, runtime::Time now) {
  const bool ours = record.kept_by.load(std::memory_order_relaxed) == handler_.id();
  if (ours && requested(record)) {
    if (const auto at = std::find(due_.begin(), due_.end(), &record); at != due_.end()) due_.erase(at);
    unkeep(record);
    attempt({&record, TaskKind::token}, now);
  }
  // release: pairs with the acquire in orders::Orders. From here on the record may be gone.
  record.pokes.fetch_sub(1, std::memory_order_release);
}

void Stage::attempt(const tape::Task& task, runtime::Time now) {
  tape::Record& record = *task.record;
  if (const auto decision = requested(record)) return append(record, *decision, now);
  if (task.kind == TaskKind::token && bound_by_order_deadline(record) && now >= order_due(retry_, record)) {
    return append(record, handler_.given_up(record, saga::Reason::deadline), now);
  }
  const Outcome outcome = handler_.handle(task, now);
  switch (outcome.kind) {
    case Outcome::Kind::happened:
      return append(record, outcome.decision, now);
    case Outcome::Kind::transient:
      return try_again(record, now);
    case Outcome::Kind::pending:
      return;
  }
}

void Stage::try_again(tape::Record& record, runtime::Time now) {
  const std::uint32_t attempts = record.attempts.load(std::memory_order_relaxed) + 1;
  record.attempts.store(attempts, std::memory_order_relaxed);
  retries_.add();
  const auto next = next_attempt(retry_, record, attempts, now);
  if (const auto* const at = std::get_if<runtime::Time>(&next)) return keep(record, answered(record, *at));
  append(record, handler_.given_up(record, std::get<saga::Reason>(next)), now);
}

std::optional<Decision> Stage::requested(tape::Record& record) const {
  if (record.requests.load(std::memory_order_acquire) == 0) [[likely]]  // pairs with orders::Dispatch
    return std::nullopt;
  const auto possible = [&](EventKind kind) {
    return saga::advance(record.state, kind).verdict == saga::Verdict::apply;
  };
  if (record.requested(tape::OrderRequest::cancel) && possible(EventKind::OrderCancelRequested))
    return Decision{EventKind::OrderCancelRequested, saga::Reason::customer_request};
  if (record.requested(tape::OrderRequest::retry) && possible(EventKind::OrderResumed))
    return Decision{EventKind::OrderResumed};
  return std::nullopt;
}

void Stage::keep(tape::Record& record, runtime::Time until) {
  record.kept_by.store(handler_.id(), std::memory_order_relaxed);
  const bool resting =
      record.attempts.load(std::memory_order_relaxed) > 0 || record.state == saga::State::parked;
  if (resting) resting_.fetch_add(1, std::memory_order_relaxed);
  if (until == runtime::Time::never()) return;
  record.wait.kept_by(*this);
  timers_.arm(record.wait, until);
}

void Stage::unkeep(tape::Record& record) {
  timers_.cancel(record.wait);
  const bool resting =
      record.attempts.load(std::memory_order_relaxed) > 0 || record.state == saga::State::parked;
  if (resting) resting_.fetch_sub(1, std::memory_order_relaxed);
  record.kept_by.store(HandlerId::nobody, std::memory_order_relaxed);
}

void Stage::due(tape::Record& record) { due_.push_back(&record); }

void Stage::append(tape::Record& record, const Decision& decision, runtime::Time now) {
  const saga::Transition transition = saga::advance(record.state, decision.kind);
  ENSURE(transition.verdict == saga::Verdict::apply);
  const bool at_ack = transition.when == saga::HandOn::at_ack;
  if (decision.kind == EventKind::OrderPlaced) record.order_since = now;
  if (decision.kind == EventKind::OrderResumed)
    record.requests.fetch_and(
        static_cast<std::uint8_t>(~static_cast<std::uint8_t>(tape::OrderRequest::retry)),
        std::memory_order_relaxed);  // the reactor asks again only when this is acked
  tape::take_step(record, transition.to, decision.reason, wall_.shown(now));
  record.attempts.store(0, std::memory_order_relaxed);  // of the step that comes next
  record.step_since = now;
  tape_.append({.record = &record,
                .at = record.last_at,
                .step = record.step,
                .kind = decision.kind,
                .state = transition.to,
                .reason = decision.reason,
                .at_ack = at_ack ? transition.next : HandlerId::nobody});
  ++appended_;
  if (at_ack || transition.next == HandlerId::nobody) return;  // from here on the record is not ours
  if (transition.next != leaving_to_ || leaving_count_ == leaving_.size()) hand_on();
  leaving_to_ = transition.next;
  leaving_[leaving_count_++] = {&record, TaskKind::token};
}

void Stage::append_stock(tape::StockChange& change, runtime::Time now) {
  tape::Event event;
  event.stock = &change;
  event.at = wall_.shown(now);
  event.kind = EventKind::StockSet;
  tape_.append(event);
  ++appended_;
}

void Stage::hand_on() {
  if (leaving_count_ == 0) return;
  to_[static_cast<std::size_t>(leaving_to_)]->push(
      std::span<const tape::Task>{leaving_}.first(leaving_count_));
  leaving_count_ = 0;
}

}  // namespace handlers
