// Requests off the topic, each held against its order: payment and shipping are by topic, and played by the test.
#include "engine/orders/requests.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/orders/release.h"
#include "engine/runtime/clock.h"
#include "engine/saga/table.h"
#include "tests/catch.h"
#include "tests/make_order.h"

namespace {

using namespace std::chrono_literals;
using orders::Requests;
using saga::EventKind;
using saga::HandlerId;
using Outcome = Requests::Outcome;

class Topic final : public engine::RequestLog {
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

struct World {
  explicit World(std::size_t kept = 1000)
      : requests({.by_topic = by_topic(), .keep = 10min, .kept = kept}, topic, tape, orders, dispatch) {
    release.add_listener(requests);
    orders.open_intake();
  }
  static std::array<bool, saga::handlers> by_topic() {
    std::array<bool, saga::handlers> chosen{};
    chosen[static_cast<std::size_t>(HandlerId::payment)] = true;
    chosen[static_cast<std::size_t>(HandlerId::shipping)] = true;
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
    for (tape::Index i = tape.acked.read(); i < tape.claimed(); ++i) {
      tape.set_place(i, {static_cast<std::int64_t>(i), 0, i + 1});
      REQUIRE(transcript.room(1) != nullptr);
      transcript.commit(i, 1);
      tape.produced.move(i + 1);
      tape.acked.move(i + 1);
    }
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

  runtime::ManualClock clock;
  runtime::FutexParker parker;
  tape::Tape tape{1 << 10, 1 << 8};
  tape::Transcript transcript{1 << 16, 1 << 11, 1 << 15, 64};
  orders::Orders orders{{.live = 8, .bytes = 1 << 20, .finished = 100, .capacity = 8}, tape.room()};
  orders::Stock stock;
  orders::Inboxes inboxes{16, 1, {&parker, &parker, &parker, &parker, &parker}};
  orders::Dispatch dispatch{inboxes, tape.room()};
  orders::Release release{tape, transcript, parker, orders, stock, dispatch};
  Topic topic;
  Requests requests;
  tape::Offset last_offset = 0;
};

}  // namespace

TEST_CASE("a request that answers the order's turn is taken, and settled with its event") {
  World world;
  tape::Record& record = world.place(1);
  world.said(1, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.settled() == 0);
  world.takes(HandlerId::payment);
  REQUIRE(record.status == saga::State::paid);
  REQUIRE(record.reference(EventKind::PaymentConfirmed) == "r-a");
  REQUIRE(world.count(Outcome::taken) == 1);
  REQUIRE(world.requests.settled(world.tape.released.read() - 1) == 0);  // a batch without that event
  REQUIRE(world.settled() == 1);
  REQUIRE(world.requests.kept() == 0);
}

TEST_CASE("a request of an order that is not there yet is kept until it is") {
  World world;
  world.said(1, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.count(Outcome::early) == 1);
  REQUIRE(world.answer(HandlerId::payment) == nullptr);
  world.place(1);
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
  REQUIRE(world.settled() == 1);
}

TEST_CASE("a request for a turn to come is kept until it comes") {
  World world;
  tape::Record& record = world.place(1);
  world.said(1, 3, EventKind::ShippingFailed, "early");
  REQUIRE(world.count(Outcome::early) == 1);
  world.happens(record, EventKind::PaymentConfirmed);
  REQUIRE(world.answer(HandlerId::shipping) == nullptr);
  world.happens(record, EventKind::InventoryUpdated);
  world.takes(HandlerId::shipping);
  REQUIRE(record.status == saga::State::releasing);
  REQUIRE(world.count(Outcome::early) == 1);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("an early request in vain is given up") {
  World world;
  world.place(1);
  world.said(1, 3, EventKind::ShippingFailed);
  world.said(2, 1, EventKind::PaymentConfirmed);
  world.after(9min);
  REQUIRE(world.settled() == 0);
  REQUIRE(world.requests.kept() == 2);
  world.after(1min);
  REQUIRE(world.requests.kept() == 0);
  REQUIRE(world.settled() == 2);
  REQUIRE(world.count(Outcome::early) == 2);
  REQUIRE(world.count(Outcome::foreign) == 1);  // nobody knows that order
}

TEST_CASE("what was said already is said twice") {
  World world;
  world.place(1);
  world.said(1, 1, EventKind::PaymentConfirmed, "a");
  world.said(1, 1, EventKind::PaymentConfirmed, "b");  // before the first is taken
  world.takes(HandlerId::payment);
  world.said(1, 1, EventKind::PaymentConfirmed, "c");
  REQUIRE(world.count(Outcome::taken) == 1);
  REQUIRE(world.count(Outcome::twice) == 2);
  REQUIRE(world.answer(HandlerId::payment) == nullptr);
  REQUIRE(world.settled() == 3);
}

TEST_CASE("what comes when the order has moved on is late") {
  World world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentUnresolved);
  world.said(1, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.count(Outcome::late) == 1);
  REQUIRE(world.settled() == 1);
}

TEST_CASE("what was sent to the handler when the order moved on is late") {
  World world;
  tape::Record& record = world.place(1);
  world.said(1, 1, EventKind::PaymentConfirmed);
  world.append(record, EventKind::PaymentUnresolved);
  world.drops(HandlerId::payment);
  world.ack();
  REQUIRE(world.count(Outcome::late) == 1);
  REQUIRE(world.settled() == 1);
}

TEST_CASE("an undo that was parked is settled by its participant") {
  World world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentUnresolved);
  world.happens(record, EventKind::OrderParked);
  world.said(1, 2, EventKind::PaymentRefunded);
  world.takes(HandlerId::payment);
  REQUIRE(record.status == saga::State::cancelling);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("an order that is resumed has the turn that it had") {
  World world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentUnresolved);
  world.happens(record, EventKind::OrderParked);
  world.happens(record, EventKind::OrderResumed);
  SECTION("of the event that gave it") { world.said(1, 2, EventKind::PaymentRefunded); }
  SECTION("of the one that resumed it") { world.said(1, 4, EventKind::PaymentRefunded); }
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("a parcel that is confirmed for the call before the recall is late, for the recall it is taken") {
  World world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentConfirmed);
  world.happens(record, EventKind::InventoryUpdated);
  world.happens(record, EventKind::ShippingUnresolved);
  world.said(1, 3, EventKind::ShippingConfirmed, "a");
  REQUIRE(world.count(Outcome::late) == 1);
  world.said(1, 4, EventKind::ShippingConfirmed, "b");
  world.takes(HandlerId::shipping);
  REQUIRE(record.status == saga::State::shipped);
}

TEST_CASE(
    "what nobody here asked for is foreign, what is not readable broken, and neither holds up the others") {
  World world;
  world.place(1);
  world.said(1, 1, EventKind::PaymentRefunded);   // no answer to OrderPlaced
  world.said(1, 1, EventKind::InventoryUpdated);  // inventory is the engine's own
  world.said_badly(engine::Request::Kind::foreign);
  world.said_badly(engine::Request::Kind::broken);
  REQUIRE(world.count(Outcome::foreign) == 3);
  REQUIRE(world.count(Outcome::broken) == 1);
  REQUIRE(world.settled() == 4);
  world.said(1, 1, EventKind::PaymentConfirmed);
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("while something else is on its way to the order, a request waits") {
  World world;
  tape::Record& record = world.place(1);
  record.pokes.store(1);
  world.said(1, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.answer(HandlerId::payment) == nullptr);
  REQUIRE(world.requests.next_deadline() > world.clock.now());
  record.pokes.store(0);  // it was taken, and nothing came of it
  world.clock.advance(10ms);
  world.turn();
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("of a finished order it is known whether it was said") {
  World world;
  tape::Record& record = world.place(1);
  world.happens(record, EventKind::PaymentNotAuthorized);
  world.happens(record, EventKind::OrderCancelled);
  world.happens(record, EventKind::NotificationSent);
  record.stored_step = record.step_count;
  world.orders.finish(record, R"({"steps":[{"step":2,"type":"PaymentNotAuthorized"}]})");
  world.said(1, 1, EventKind::PaymentConfirmed, "a");
  world.said(1, 1, EventKind::PaymentNotAuthorized, "b");
  REQUIRE(world.count(Outcome::late) == 1);
  REQUIRE(world.count(Outcome::twice) == 1);
}

TEST_CASE("an early one is given up for a new one when there is no place") {
  World world(engine::limits::request_batch + 2);
  for (unsigned n = 100; n < 104; ++n) world.said(n, 1, EventKind::PaymentConfirmed);
  REQUIRE(world.requests.kept() <= 3);
  world.place(1);
  world.said(1, 1, EventKind::PaymentConfirmed);
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}

TEST_CASE("an order that comes into memory without an event is found") {
  World world;
  tape::Record* const record = tape::Record::create(tests::make_order(1).order);
  record->state = record->status = saga::State::placed;
  record->step = 1;
  record->add_step({.kind = EventKind::OrderPlaced, .state = saga::State::placed, .number = 1});
  world.said(1, 1, EventKind::PaymentConfirmed);
  world.orders.adopt(record);
  REQUIRE(world.answer(HandlerId::payment) == nullptr);
  world.after(1s);
  world.takes(HandlerId::payment);
  REQUIRE(world.count(Outcome::taken) == 1);
}
