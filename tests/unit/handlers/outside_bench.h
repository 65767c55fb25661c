// A stage whose work is done outside, for tests that are the participant and the reactor.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "engine/tape/advance.h"
#include "handlers/payment.h"
#include "handlers/stages.h"
#include "tests/world/core.h"
#include "tests/world/make_order.h"

class Peer final : public engine::Participant {
 public:
  bool ask(engine::Call call) override {
    if (full) return false;
    calls.push_back(std::move(call));
    return true;
  }
  bool withdraw(std::uint64_t id) override {
    withdrawn.push_back(id);
    return !begun;
  }
  std::vector<engine::Call> calls;
  std::vector<std::uint64_t> withdrawn;
  bool begun = true;  // what is withdrawn has left already
  bool full = false;
};

inline saga::Outside payment_outside() {
  saga::Outside outside;
  outside.of(saga::HandlerId::payment) = true;
  return outside;
}

/// The stage of a handler whose work the peer does; the test is the reactor.
struct Bench : tests::Core {
  explicit Bench(handlers::CallRules call_rules = {.at_once = 2, .answer_deadline = std::chrono::hours{1}},
                 bool by_topic = false)
      : Core({.live = 64, .bytes = 1 << 20, .finished = 8}, {.called = {false, true}}),
        calls(by_topic ? nullptr : &peer, events, call_rules),
        pay(payment, &calls, {.retry = retry, .outside = payment_outside()}, tape, inboxes, wall, now),
        answers(inboxes.of(saga::HandlerId::payment)) {
    orders.open_intake();
  }

  /// An order whose token the stage has.
  tape::Record& order(unsigned n, saga::State state = saga::State::placed) {
    tape::Record& record = *orders.admit(tests::make_order(n).order).record;
    tape::take_step(record, saga::EventKind::OrderPlaced, saga::State::placed, saga::Reason::none, now);
    record.given.state = record.state = state;
    record.order_since = record.step_since = now;
    dispatch.hand_on(record, saga::HandlerId::payment);
    run(std::chrono::milliseconds{1});
    return record;
  }
  std::vector<tape::Event> run(engine::Duration length) {
    std::vector<tape::Event> happened;
    for (const engine::Time end = now + length; now <= end; now = now + std::chrono::milliseconds{1}) {
      while (pay.do_work(now) > 0) {
      }
      for (; read < tape.claimed(); ++read) happened.push_back(tape.event(read));
    }
    return happened;
  }
  /// The call's answer, and what comes of it at once.
  std::vector<tape::Event> answer(std::uint64_t call, tape::Answer with) {
    with.call = call;
    answers.push(tape::Task{std::make_unique<tape::Answer>(std::move(with))});
    return run(std::chrono::milliseconds{1});
  }

  const handlers::RetryRules retry{.attempts = 3,
                                   .backoff = std::chrono::milliseconds{100},
                                   .backoff_max = std::chrono::seconds{1},
                                   .deadline = std::chrono::seconds{10}};
  engine::Time now{1'700'000'000'000'000'000};
  runtime::WallClock wall;
  tape::Index read = 0;
  const codec::CloudEvents events{{.mail_domain = "shop.example"}};
  handlers::PaymentHandler payment;
  Peer peer;
  handlers::Calls calls;
  handlers::Stage pay;
  orders::TaskInbox::Producer answers;
};

inline tape::Answer confirmed() {
  return {.verdict = tape::Answer::Verdict::decided,
          .kind = saga::EventKind::PaymentConfirmed,
          .said = {.reference = "pi_1", .data = R"({"brand":"visa"})"}};
}
inline tape::Answer failed(tape::Reach reach = tape::Reach::sent) {
  return {.verdict = tape::Answer::Verdict::not_this_time, .reach = reach};
}
