#include "engine/orders/requests.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "engine/codec/document.h"
#include "engine/saga/table.h"

namespace orders {
namespace {

using namespace std::chrono_literals;
using Kind = engine::Request::Kind;

// Another poke is taken within a turn of a stage; a mail's token comes when there is a place for it.
constexpr engine::Duration pause_after_refusal = 5ms;
// How soon an order is found that is in memory again without an event: a spilled one.
constexpr engine::Duration pause_between_sweeps = 1s;

/// What is known of a step that was acked, as far as it is kept: the turn it gave, and whether its turn was answered since.
struct Given {
  saga::Turn turn = saga::Turn::none;
  bool answered = false;
  bool alike = false;  // by the same kind as this request's
};

Given given_by(const tape::Record& record, const engine::Request& request) {
  Given given;
  record.steps().each(record.step_count, [&](const tape::Steps::Shown& step) {
    if (step.first.number == request.step || step.last.number == request.step)
      given.turn = saga::turn_of(step.first.state);
  });
  if (given.turn == saga::Turn::none) return given;
  // Steps alike stand where the first of them was: a later answer may stand before the step that it answers.
  record.steps().each(record.step_count, [&](const tape::Steps::Shown& step) {
    if (step.last.number <= request.step) return;
    given.answered = given.answered || saga::answers(given.turn, step.last.kind);
    given.alike = given.alike || step.last.kind == request.event;
  });
  return given;
}

}  // namespace

Requests::Requests(const Rules& rules, engine::RequestLog& log, tape::Tape& tape, Orders& orders,
                   Dispatch& dispatch)
    : rules_(rules),
      log_(log),
      tape_(tape),
      orders_(orders),
      dispatch_(dispatch),
      seen_(tape.released.read()) {}

void Requests::list(runtime::Metrics& metrics) const {
  constexpr std::array<const char*, outcomes> names{"taken", "early", "late", "twice", "foreign", "broken"};
  for (std::size_t i = 0; i < outcomes; ++i) {
    metrics.add("saga_requests_total", std::string{"outcome=\""} + names[i] + "\"",
                "Requests off the topic, by what became of them; an early one is counted once more later.",
                counters_[i]);
  }
  metrics.add_gauge("saga_requests_kept", "", "Requests that are early, or whose event is not stored.",
                    [this] { return static_cast<double>(size_.load(std::memory_order_relaxed)); });
}

int Requests::do_work(runtime::Time now) {
  now_ = now;
  const int work = expire(now) + judge_again(now) + sweep(now) + read();
  size_.store(kept_.size(), std::memory_order_relaxed);
  return work;
}

runtime::Time Requests::next_deadline() const {
  runtime::Time next = runtime::Time::never();
  if (!again_.empty()) next = again_at_;
  if (!due_.empty()) next = std::min({next, due_.front().at, sweep_at_});
  return next;
}

// --- What comes.

int Requests::read() {
  if (!make_room()) return 0;
  batch_.clear();
  const std::size_t taken = log_.take(engine::limits::request_batch, batch_);
  for (engine::Request& request : batch_) {
    if (request.kind == Kind::broken) {
      count(Outcome::broken);
    } else if (request.kind == Kind::foreign ||
               !rules_.by_topic[static_cast<std::size_t>(saga::answered_by(request.event))]) {
      count(Outcome::foreign);
    } else {
      keep(std::move(request));
    }
  }
  return static_cast<int>(taken);
}

/// For a batch.
bool Requests::make_room() {
  const auto full = [this] {
    return kept_.size() + engine::limits::request_batch > rules_.kept || kept_bytes_ >= rules_.kept_bytes;
  };
  for (std::size_t i = 0; full() && i < due_.size(); ++i) {
    const auto at = kept_.find(due_[i].offset);
    if (at != kept_.end() && at->second.state == Kept::State::early) give_up(at);
  }
  return !full();
}

void Requests::keep(engine::Request&& request) {
  const tape::Offset offset = request.offset;
  kept_bytes_ += request.bytes;
  by_order_.emplace(request.order, offset);
  judge(kept_.insert_or_assign(offset, Kept{.request = std::move(request)}).first);
}

void Requests::judge(ByOffset::iterator at) {
  Kept& kept = at->second;
  tape::Record* record = nullptr;
  switch (verdict(kept.request, record)) {
    case Verdict::its_turn:
      return send(kept, *record);
    case Verdict::not_yet:
      kept.state = Kept::State::early;
      if (std::exchange(kept.counted_early, true)) return;
      count(Outcome::early);
      if (due_.empty()) sweep_at_ = now_ + pause_between_sweeps;
      due_.push_back({now_ + rules_.keep, at->first});
      return forget_due();
    case Verdict::behind:
      return settle_as(at, Outcome::late);
    case Verdict::twice:
      return settle_as(at, Outcome::twice);
    case Verdict::nobodys:
      return settle_as(at, Outcome::foreign);
  }
}

Requests::Verdict Requests::verdict(const engine::Request& request, tape::Record*& record) {
  record = orders_.find_live(request.order);
  if (record != nullptr) return verdict(request, *record);
  const Finished* const finished = orders_.find_finished(request.order);
  if (finished == nullptr) return Verdict::not_yet;  // its OrderPlaced may be on its way
  return codec::has_step(finished->document, request.event) ? Verdict::twice : Verdict::behind;
}

Requests::Verdict Requests::verdict(const engine::Request& request, const tape::Record& record) {
  // Kafka has an event before this engine knows that it has, and whoever reads the topic may be faster.
  if (request.step > record.step_count) return Verdict::not_yet;
  const Given given = given_by(record, request);
  if (given.turn == saga::Turn::none)
    return Verdict::behind;  // of steps alike the ones in the middle are not kept
  if (!saga::answers(given.turn, request.event)) return Verdict::nobodys;
  if (given.turn == saga::due_or_parked_turn(record.status) && !given.answered) return Verdict::its_turn;
  return given.alike ? Verdict::twice : Verdict::behind;
}

void Requests::send(Kept& kept, tape::Record& record) {
  const saga::Turn turn = saga::due_or_parked_turn(record.status);
  // A mail's token may be with the backlog still.
  const bool there = turn != saga::Turn::notification_send || record.mailing;
  const bool sent = there && record.pokes.load(std::memory_order_relaxed) == 0 &&
                    dispatch_.answer(record, {.turn = turn,
                                              .verdict = tape::Answer::Verdict::decided,
                                              .kind = kept.request.event,
                                              .said = kept.request.said});
  kept.state = sent ? Kept::State::sent : Kept::State::refused;
  if (sent) return;
  if (again_.empty()) again_at_ = now_ + pause_after_refusal;
  again_.push_back(kept.request.offset);
}

// --- What happens to orders.

void Requests::released(tape::Index end) {
  const tape::Index begin = std::exchange(seen_, end);
  if (by_order_.empty()) return;
  touched_.clear();
  for (tape::Index index = begin; index < end; ++index) {
    const tape::Event& event = tape_.event(index);
    if (event.kind != saga::EventKind::StockSet) acked(event, index);
  }
  // Behind all of them, for an order is judged as of its last one.
  for (const tape::Offset offset : touched_) {
    const auto at = kept_.find(offset);
    if (at != kept_.end() && at->second.state != Kept::State::taken) judge(at);
  }
}

void Requests::acked(const tape::Event& event, tape::Index index) {
  const auto [first, last] = by_order_.equal_range(event.record->order.id);
  for (auto each = first; each != last;) {
    const tape::Offset offset = each->second;
    Kept& kept = kept_.find(offset)->second;
    const tape::AnswerData* const said = event.record->said_with(event.kind);
    if (kept.state != Kept::State::sent || kept.request.event != event.kind || said == nullptr ||
        said->cause != kept.request.said.cause) {
      touched_.push_back(offset);
      ++each;
      continue;
    }
    count(Outcome::taken);
    kept.state = Kept::State::taken;
    taken_.push_back({index, offset});
    each = by_order_.erase(each);
  }
}

// --- What is settled.

tape::Offset Requests::settled(tape::Index end) {
  for (; !taken_.empty() && taken_.front().event < end; taken_.pop_front())
    settle(kept_.find(taken_.front().offset));
  return kept_.empty() ? log_.taken_to() : kept_.begin()->first;
}

void Requests::settle(ByOffset::iterator at) {
  const auto [first, last] = by_order_.equal_range(at->second.request.order);
  const auto same = std::find_if(first, last, [&](const auto& each) { return each.second == at->first; });
  if (same != last) by_order_.erase(same);
  kept_bytes_ -= at->second.request.bytes;
  kept_.erase(at);
}

void Requests::settle_as(ByOffset::iterator at, Outcome outcome) {
  count(outcome);
  settle(at);
}

/// It was early in vain. Of an order that is not known nobody here asked.
void Requests::give_up(ByOffset::iterator at) {
  if (orders_.find_live(at->second.request.order) == nullptr) count(Outcome::foreign);
  settle(at);
}

int Requests::expire(runtime::Time now) {
  int work = 0;
  for (; !due_.empty() && due_.front().at <= now; ++work) {
    const auto at = kept_.find(due_.front().offset);
    due_.pop_front();
    if (at != kept_.end() && at->second.state == Kept::State::early) give_up(at);
  }
  return work;
}

/// Most that are early are so for a moment only.
void Requests::forget_due() {
  if (due_.size() < 2 * kept_.size() + 1024) return;
  std::erase_if(due_, [this](const Due& due) {
    const auto at = kept_.find(due.offset);
    return at == kept_.end() || at->second.state != Kept::State::early;
  });
}

bool Requests::judge_if(tape::Offset offset, Kept::State state) {
  const auto at = kept_.find(offset);
  if (at == kept_.end() || at->second.state != state) return false;
  judge(at);
  return true;
}

int Requests::judge_again(runtime::Time now) {
  if (again_.empty() || now < again_at_) return 0;
  int work = 0;
  const std::vector<tape::Offset> refused = std::exchange(again_, {});
  for (const tape::Offset offset : refused) work += judge_if(offset, Kept::State::refused) ? 1 : 0;
  return work;
}

/// A part of the early ones.
int Requests::sweep(runtime::Time now) {
  if (due_.empty() || now < sweep_at_) return 0;
  touched_.clear();
  auto at = kept_.lower_bound(sweep_from_);
  for (std::size_t i = 0; at != kept_.end() && i < engine::limits::release_batch; ++at, ++i)
    touched_.push_back(at->first);
  const bool all = at == kept_.end();
  sweep_from_ = all ? 0 : at->first;
  sweep_at_ = all ? now + pause_between_sweeps : now;
  for (const tape::Offset offset : touched_) judge_if(offset, Kept::State::early);
  return static_cast<int>(touched_.size());
}

}  // namespace orders
