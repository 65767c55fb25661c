// Requests off the topic, with payment, shipping and mails by topic and played by the test, on a tape whose events are acked when
// the test says so.
#pragma once

#include "engine/orders/requests.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/saga/table.h"
#include "tests/catch.h"
#include "tests/world/core.h"
#include "tests/world/make_order.h"

namespace tests {

using namespace std::chrono_literals;
using orders::Requests;
using saga::EventKind;
using saga::HandlerId;
using Outcome = Requests::Outcome;

class HeldTopic final : public engine::RequestLog {
 public:
  void start(tape::Offset) override {}
  std::size_t take(std::size_t count, std::vector<engine::Request>& out) override {
    std::size_t taken = 0;
    for (; taken < count && !waiting.empty(); ++taken) {
      next = waiting.front().offset + 1;
      out.push_back(std::move(waiting.front()));
      waiting.erase(waiting.begin());
    }
    return taken;
  }
  tape::Offset taken_to() const override { return next; }

  std::vector<engine::Request> waiting;
  tape::Offset next = 0;
};

struct Requested : Core {
  explicit Requested(std::size_t kept = 1000)
      : Core({.live = 8, .bytes = 1 << 20, .finished = 100, .capacity = 8}),
        requests({.by_topic = by_topic(), .keep = 10min, .kept = kept}, topic, tape, orders, dispatch) {
    release.add_listener(requests);
    orders.open_intake();
  }
  static std::array<bool, saga::handlers> by_topic() {
    std::array<bool, saga::handlers> chosen{};
    chosen[static_cast<std::size_t>(HandlerId::payment)] = true;
    chosen[static_cast<std::size_t>(HandlerId::shipping)] = true;
    chosen[static_cast<std::size_t>(HandlerId::notification)] = true;
    return chosen;
  }

  /// An order whose OrderPlaced is acked.
  tape::Record& place(unsigned n) {
    tape::Record* const record = orders.admit(tests::make_order(n).order).record;
    REQUIRE(record != nullptr);
    happens(*record, EventKind::OrderPlaced);
    return *record;
  }
  void append(tape::Record& record, EventKind kind) {
    const saga::Transition next = saga::advance(record.state, kind, saga::Capture::at_once);
    REQUIRE(next.verdict == saga::Verdict::apply);
    record.state = next.to;
    record.last_at = clock.now();
    if (record.step > 0) REQUIRE(tape.room().take(1) == 1);
    const bool outside = next.next == HandlerId::payment || next.next == HandlerId::shipping;
    tape.append({.record = &record,
                 .at = clock.now(),
                 .step = ++record.step,
                 .kind = kind,
                 .state = next.to,
                 .at_ack = outside ? next.next : HandlerId::nobody});
  }
  void ack() {
    ack_all();
    turn();
  }
  void happens(tape::Record& record, EventKind kind) {
    append(record, kind);
    ack();
  }
  void turn() {
    for (int work = 1; work > 0;) work = release.do_work(clock.now()) + requests.do_work(clock.now());
  }
  void after(engine::Duration time) {
    clock.advance(time);
    turn();
  }
  /// Somebody says so, about step `step` of order `n`.
  void said(unsigned n, std::uint32_t step, EventKind kind, const std::string& name = "a") {
    engine::Request request{.offset = last_offset++,
                            .kind = engine::Request::Kind::answer,
                            .order = tests::order_id(n),
                            .step = step,
                            .event = kind,
                            .bytes = 100};
    request.said.reference = "r-" + name;
    request.said.cause = "/test#" + name;
    topic.waiting.push_back(std::move(request));
    turn();
  }
  void said_badly(engine::Request::Kind kind) {
    topic.waiting.push_back({.offset = last_offset++, .kind = kind});
    turn();
  }
  /// What a handler was told next, past its tokens.
  std::unique_ptr<tape::Answer> answer(HandlerId handler) {
    tape::Task task;
    while (inboxes.of(handler).pop({&task, 1}) == 1) {
      if (task.kind == tape::TaskKind::answer) return std::unique_ptr<tape::Answer>(task.answer);
    }
    return nullptr;
  }
  /// The handler makes a step of it, as a stage does.
  void takes(HandlerId handler) {
    const auto told = answer(handler);
    REQUIRE(told != nullptr);
    tape::Record& record = *told->record;
    record.keep_answer(told->kind, std::move(told->said));
    append(record, told->kind);
    record.pokes.fetch_sub(1);
    ack();
  }
  /// It finds that the order has moved on.
  void drops(HandlerId handler) {
    const auto told = answer(handler);
    REQUIRE(told != nullptr);
    told->record->pokes.fetch_sub(1);
  }
  std::uint64_t count(Outcome outcome) const { return requests.counter(outcome).value(); }
  /// As the store asks with a batch of all that is released.
  tape::Offset settled() { return requests.settled(tape.released.read()); }

  HeldTopic topic;
  Requests requests;
  tape::Offset last_offset = 0;
};

}  // namespace tests
