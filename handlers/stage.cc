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

Stage::Stage(Handler& handler, Calls* calls, const Rules& rules, tape::Tape& tape, orders::Inboxes& inboxes,
             const runtime::WallClock& wall, runtime::Time start)
    : handler_(handler),
      calls_(calls),
      retry_(rules.retry),
      outside_(rules.outside),
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
    case TaskKind::answer:
      return take_answer(std::unique_ptr<tape::Answer>(task.answer), now);
    case TaskKind::arrival:
    case TaskKind::mail_result:
      return attempt(task, now);
  }
}

void Stage::take_token(tape::Record& record, runtime::Time now) {
  // Parked, it waits for a person; and a built-in provider takes its time.
  const bool parked = saga::parked(record.state);
  const bool waits = parked || (!outside(record) && handler_.latency(record).count() > 0);
  if (!waits || requested(record)) return attempt({&record, TaskKind::token}, now);
  keep(record, parked ? runtime::Time::never() : answered(record, now));
}

/// When the answer to a call begun at `at` is taken: the order's deadline does not wait for it.
runtime::Time Stage::answered(const tape::Record& record, runtime::Time at) const {
  const runtime::Time answer = at + handler_.latency(record);
  return bound_by_order_deadline(record) ? std::min(answer, order_due(retry_, record)) : answer;
}

bool Stage::bound_by_order_deadline(const tape::Record& record) const {
  return handler_.tries() && saga::may_be_given_up(record.state);
}

/// At most one of the poked stages keeps the order. The others need not do anything: they read the request
/// when they get the token.
void Stage::take_poke(tape::Record& record, runtime::Time now) {
  const bool ours = record.kept_by.load(std::memory_order_relaxed) == handler_.id();
  if (ours && requested(record)) {
    take_out(record);
    attempt({&record, TaskKind::token}, now);
  }
  // release: pairs with the acquire in orders::Orders. From here on the record may be gone.
  record.pokes.fetch_sub(1, std::memory_order_release);
}

void Stage::attempt(const tape::Task& task, runtime::Time now) {
  tape::Record& record = *task.record;
  if (const auto decision = requested(record)) return append(record, unresolved_or(record, *decision), now);
  if (outside(record)) return ask_outside(record, now);
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

// --- Who does the work outside.

void Stage::ask_outside(tape::Record& record, runtime::Time now) {
  const runtime::Time due = calls_->due(record, step_due(retry_, record));
  if (now >= due)
    return append(record, unresolved_or(record, handler_.given_up(record, saga::Reason::unavailable)), now);
  calls_->ask(record);
  keep(record, due);
}

void Stage::take_answer(std::unique_ptr<tape::Answer> answer, runtime::Time now) {
  tape::Record* const record = calls_ == nullptr ? nullptr : calls_->find(*answer);
  if (record == nullptr) {
    late_answers_.add();
  } else {
    take_out(*record);
    take_answer(*record, *answer, now);
  }
  // release: pairs with the acquire in orders::Orders. From here on the record may be gone.
  if (answer->record != nullptr) answer->record->pokes.fetch_sub(1, std::memory_order_release);
  if (calls_ != nullptr) calls_->go_on();
}

/// What has happened comes before what is requested: whoever has the order next reads the request.
void Stage::take_answer(tape::Record& record, tape::Answer& answer, runtime::Time now) {
  calls_->answered(record, answer, wall_.shown(now));
  if (answer.verdict == tape::Answer::Verdict::decided) {
    calls_->leave(record);
    record.keep_answer(answer.kind, answer.said);
    return append(record, {answer.kind, saga::reason_of(answer.kind)}, now);
  }
  if (answer.leaves_unknown()) record.asking.unknown = true;
  if (const auto decision = requested(record)) return append(record, unresolved_or(record, *decision), now);
  ask_again(record, answer, now);
}

void Stage::ask_again(tape::Record& record, const tape::Answer& answer, runtime::Time now) {
  using Verdict = tape::Answer::Verdict;
  if (!answer.why.empty()) calls_->failed(record, answer.why);
  std::uint32_t attempts = record.attempts.load(std::memory_order_relaxed);
  engine::Duration pause = retry_.backoff_max;
  if (answer.verdict == Verdict::later) {
    calls_->later(record, answer, now);
  } else {
    if (answer.verdict == Verdict::not_this_time) {
      record.attempts.store(++attempts, std::memory_order_relaxed);
      retries_.add();
    }
    if (saga::may_be_given_up(record.state) && attempts >= retry_.attempts)
      return append(record, unresolved_or(record, handler_.given_up(record, saga::Reason::unavailable)), now);
    pause = backoff(retry_, record, std::max(attempts, std::uint32_t{1}));
  }
  // What they ask for counts, and not more than that when they answer later or not now.
  if (answer.retry_after)
    pause =
        answer.verdict == Verdict::not_this_time ? std::max(pause, *answer.retry_after) : *answer.retry_after;
  keep(record, std::min(now + pause, calls_->due(record, step_due(retry_, record))));
}

/// The order's step ends without an answer: if it was called for, nobody knows whether it was done.
Decision Stage::unresolved_or(tape::Record& record, Decision plain) {
  const saga::Turn turn = saga::turn_of(record.state);
  if (!outside(record) || turn == saga::Turn::none) return plain;
  calls_->leave(record, plain.kind == EventKind::OrderParked);
  const auto kind = saga::rules_of(turn).unresolved;
  if (!kind || !calls_->unknown(record)) return plain;
  const bool cancelled = plain.kind == EventKind::OrderCancelRequested;
  record.keep_answer(*kind, {.by = cancelled ? record.cancel_by : std::string{},
                             .attempts = std::max(record.asking.calls, std::uint32_t{1})});
  return {*kind, cancelled ? saga::Reason::customer_request : saga::Reason::unresolved};
}

std::optional<Decision> Stage::requested(const tape::Record& record) const {
  if (record.requests.load(std::memory_order_acquire) == 0) [[likely]]  // pairs with orders::Dispatch
    return std::nullopt;
  const auto possible = [&](EventKind kind) {
    return saga::verdict(record.state, kind) == saga::Verdict::apply;
  };
  if (record.requested(tape::OrderRequest::cancel) && possible(EventKind::OrderCancelRequested))
    return Decision{EventKind::OrderCancelRequested, saga::Reason::customer_request};
  if (record.requested(tape::OrderRequest::retry) && possible(EventKind::OrderResumed))
    return Decision{EventKind::OrderResumed};
  return std::nullopt;
}

void Stage::keep(tape::Record& record, runtime::Time until) {
  const bool idle = record.asking.call == 0 && !record.asking.queued && until != runtime::Time::never();
  record.next_attempt_ns.store(idle ? until.ns : 0, std::memory_order_relaxed);
  record.kept_by.store(handler_.id(), std::memory_order_relaxed);
  record.rest = saga::parked(record.state)                            ? tape::Rest::parked
                : record.attempts.load(std::memory_order_relaxed) > 0 ? tape::Rest::retrying
                : outside(record)                                     ? tape::Rest::asked
                                                                      : tape::Rest::none;
  resting_.in(record);
  if (until == runtime::Time::never()) return;
  record.wait.kept_by(*this);
  timers_.arm(record.wait, until);
}

void Stage::unkeep(tape::Record& record) {
  timers_.cancel(record.wait);
  resting_.out(record);
  record.kept_by.store(HandlerId::nobody, std::memory_order_relaxed);
}

/// It is taken before its time.
void Stage::take_out(tape::Record& record) {
  if (const auto at = std::find(due_.begin(), due_.end(), &record); at != due_.end()) due_.erase(at);
  unkeep(record);
}

void Stage::due(tape::Record& record) { due_.push_back(&record); }

void Stage::append(tape::Record& record, const Decision& decision, runtime::Time now) {
  const saga::Transition transition = saga::advance(record.state, decision.kind, record.order.capture);
  ENSURE(transition.verdict == saga::Verdict::apply);
  const bool at_ack = outside_.waits_for_ack(transition.next);
  if (decision.kind == EventKind::OrderPlaced) record.order_since = now;
  if (decision.kind == EventKind::OrderCancelRequested && !record.cancel_by.empty())
    record.keep_answer(decision.kind, {.by = record.cancel_by});
  if (decision.kind == EventKind::OrderResumed)
    record.requests.fetch_and(
        static_cast<std::uint8_t>(~static_cast<std::uint8_t>(tape::OrderRequest::retry)),
        std::memory_order_relaxed);  // the reactor asks again only when this is acked
  tape::take_step(record, decision.kind, transition.to, decision.reason, wall_.shown(now));
  if (!saga::parked(transition.to)) record.attempts.store(0, std::memory_order_relaxed);  // of the next step
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
