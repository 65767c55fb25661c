// Requests off the topic: what somebody outside says of an order whose turn is theirs. Each is held against the order as
// it is acked:
//
//   read ─▶ judge ─┬─ its turn ─▶ sent to the handler ─▶ its event is acked: taken ─▶ stored: settled
//                  ├─ not yet, or nobody knows the order ─▶ kept: early ─▶ judged again at each of its events
//                  └─ late, twice, foreign, broken ─▶ counted, settled
//
// The handler appends an event that names the request (AnswerData::cause); if the order has moved on before, it drops
// the answer, and the request is judged again at the event with which the order did.
//
// The place up to which all requests are settled goes to Redis with the store's batches. So an engine that comes after
// this one reads those again that it may not have seen; what was answered already it finds twice, or late.
//
// Thread: the reactor's, after orders::Release and before the store.
// Bounds: limits::requests_kept and requests_kept_bytes; the oldest early one is given up for a new one, and while there is
// none nothing is read. An early one is kept for `keep`.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"
#include "engine/ports.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/metrics.h"
#include "engine/tape/tape.h"

namespace orders {

class Requests final : public runtime::Agent, public engine::AckedListener {
 public:
  struct Rules {
    std::array<bool, saga::handlers> by_topic{};  // whose turns are answered so
    engine::Duration keep{};                      // of early ones
    std::size_t kept = engine::limits::requests_kept;
    std::size_t kept_bytes = engine::limits::requests_kept_bytes;
  };
  enum class Outcome : std::uint8_t {
    taken,    // its event is acked
    early,    // had to be kept; what becomes of it is counted as well
    late,     // the order has moved on
    twice,    // and by such an event
    foreign,  // nobody's turn here, or of an order that did not come to be
    broken,
  };
  static constexpr std::size_t outcomes = 6;

  Requests(const Rules& rules, engine::RequestLog& log, tape::Tape& tape, Orders& orders, Dispatch& dispatch);

  void released(tape::Index end) override;
  int do_work(runtime::Time now) override;
  runtime::Time next_deadline() const override;
  std::string_view name() const override { return "requests"; }

  /// Below which all are settled, once the events below `end` are stored: for the batch with which they are.
  tape::Offset settled(tape::Index end);

  void list(runtime::Metrics& metrics) const;
  const runtime::Counter& counter(Outcome outcome) const {
    return counters_[static_cast<std::size_t>(outcome)];
  }
  std::size_t kept() const { return kept_.size(); }

 private:
  struct Kept {
    engine::Request request;
    enum class State : std::uint8_t {
      early,
      refused,  // its turn, but something else is on its way to the order
      sent,     // to the handler
      taken,    // and acked, not yet stored
    } state = State::early;
    bool counted_early = false;
  };
  enum class Verdict : std::uint8_t { its_turn, not_yet, behind, twice, nobodys };
  using ByOffset = std::map<tape::Offset, Kept>;

  int read();
  bool make_room();
  void keep(engine::Request&& request);
  void judge(ByOffset::iterator at);
  Verdict verdict(const engine::Request& request, tape::Record*& record);
  static Verdict verdict(const engine::Request& request, const tape::Record& record);
  void send(Kept& kept, tape::Record& record);
  void acked(const tape::Event& event, tape::Index index);
  void settle(ByOffset::iterator at);
  void settle_as(ByOffset::iterator at, Outcome outcome);
  void give_up(ByOffset::iterator at);
  int expire(runtime::Time now);
  int judge_again(runtime::Time now);
  int sweep(runtime::Time now);
  bool judge_if(tape::Offset offset, Kept::State state);
  void forget_due();
  void count(Outcome outcome) { counters_[static_cast<std::size_t>(outcome)].add(); }

  const Rules rules_;
  engine::RequestLog& log_;
  tape::Tape& tape_;
  Orders& orders_;
  Dispatch& dispatch_;

  ByOffset kept_;
  std::size_t kept_bytes_ = 0;
  std::unordered_multimap<saga::OrderId, tape::Offset, saga::OrderIdHash> by_order_;  // all but the taken
  struct Due {
    engine::Time at;
    tape::Offset offset;  // settled meanwhile, perhaps
  };
  std::deque<Due> due_;              // of early ones, in the order of their time
  std::vector<tape::Offset> again_;  // refused ones
  struct Taken {
    tape::Index event;
    tape::Offset offset;
  };
  std::deque<Taken> taken_;  // in tape order
  std::vector<engine::Request> batch_;
  std::vector<tape::Offset> touched_;
  tape::Index seen_ = 0;
  runtime::Time now_{}, again_at_{}, sweep_at_{};
  tape::Offset sweep_from_ = 0;
  std::array<runtime::Counter, outcomes> counters_;
  std::atomic<std::size_t> size_{0};  // relaxed: a figure to show
};

}  // namespace orders
