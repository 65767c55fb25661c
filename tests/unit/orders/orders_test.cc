#include "engine/orders/orders.h"

#include "engine/codec/document.h"
#include "tests/catch.h"
#include "tests/world/make_order.h"

using orders::Orders;
using tests::make_order;
using Refusal = Orders::Refusal;

namespace {

const engine::Time noon{1'767'355'200'000'000'000};

void complete(Orders& orders, tape::Record& record, tape::Offset after = 100) {
  using saga::EventKind;
  using saga::State;
  const std::pair<EventKind, State> path[] = {{EventKind::OrderPlaced, State::placed},
                                              {EventKind::PaymentConfirmed, State::paid},
                                              {EventKind::InventoryUpdated, State::reserved},
                                              {EventKind::ShippingConfirmed, State::shipped},
                                              {EventKind::NotificationSent, State::completed}};
  std::uint32_t step = 0;
  for (const auto& [kind, state] : path) {
    ++step;
    orders.acked({.record = &record, .at = noon, .step = step, .kind = kind, .state = state}, after + step);
  }
}

}  // namespace

TEST_CASE(
    "an order is admitted only with a free record, bytes and room, and each refusal says which is missing") {
  tape::Room room(8, 4);
  tests::OrderDraft draft = make_order(1);
  Orders orders({.live = 3, .bytes = tape::Record::bytes_for(draft.order) * 2, .finished = 2}, room);
  REQUIRE(orders.admit(draft.order).refusal == Refusal::closed);
  orders.open_intake();
  REQUIRE(orders.admit(draft.order).record != nullptr);
  REQUIRE(orders.admit(make_order(2).order).record != nullptr);
  REQUIRE(orders.admit(make_order(3).order).refusal == Refusal::no_memory);
  REQUIRE(room.free() == 6);  // a refused order gives back what it took

  tape::Room narrow(8, 7);
  Orders few({.live = 3, .bytes = 1 << 20, .finished = 2}, narrow);
  few.open_intake();
  REQUIRE(few.admit(make_order(1).order).record != nullptr);
  REQUIRE(few.admit(make_order(2).order).refusal == Refusal::no_room);
  REQUIRE(narrow.free() == 7);

  room.set_log_stalled(true);
  REQUIRE(orders.admit(draft.order).refusal == Refusal::log_stalled);
  room.set_log_stalled(false);
  REQUIRE(orders.admit(draft.order).refusal == Refusal::no_memory);
}

TEST_CASE("a record has its own copy of everything in the draft") {
  tape::Room room(8, 4);
  Orders orders({.live = 3, .bytes = 1 << 20, .finished = 2}, room);
  orders.open_intake();
  const tape::Record* record = nullptr;
  {
    tests::OrderDraft draft = make_order(1, 3);
    record = orders.admit(draft.order).record;
    std::fill(draft.text.begin(), draft.text.end(), 'X');
  }
  REQUIRE(record->order.email == "you1@example.com");
  REQUIRE(record->order.lines.size() == 3);
  REQUIRE(record->order.lines[2].sku == "sku-2");
  REQUIRE(record->lines_left[2] == tape::Record::untracked);
}

TEST_CASE("finished orders have a bound in bytes too: the oldest go first, the last always stays") {
  tape::Room room{1000, 100};
  Orders orders({.live = 10, .bytes = 1 << 20, .finished = 100, .finished_bytes = 1000}, room);
  orders.open_intake();
  const auto finish = [&](unsigned n, std::size_t bytes) {
    tape::Record* const record = orders.admit(make_order(n).order).record;
    REQUIRE(record != nullptr);
    record->status = saga::State::completed;
    orders.finish(*record, std::string(bytes, 'x'));
  };
  const auto there = [&](unsigned n) { return orders.find_finished(make_order(n).order.id) != nullptr; };
  for (unsigned n = 1; n <= 4; ++n) finish(n, 300);
  REQUIRE(!there(1));
  REQUIRE((there(2) && there(3) && there(4)));
  finish(5, 700);
  REQUIRE((!there(3) && there(4) && there(5)));
  finish(6, 5000);
  REQUIRE((!there(5) && there(6)));
  finish(7, 1000);
  REQUIRE((!there(6) && there(7)));
}

TEST_CASE("a finished order leaves its record and stays visible as a document, the oldest first to go") {
  tape::Room room(100, 4);
  Orders orders({.live = 10, .bytes = 1 << 20, .finished = 2}, room);
  orders.open_intake();
  for (unsigned n = 1; n <= 3; ++n) {
    tape::Record* const record = orders.admit(make_order(n).order).record;
    REQUIRE(orders.find_live(make_order(n).order.id) == record);
    complete(orders, *record);
    std::string document;
    codec::render_document(*record, document);
    orders.finish(*record, document);
    REQUIRE(orders.find_live(make_order(n).order.id) == nullptr);
  }
  REQUIRE(orders.counts().live == 0);
  REQUIRE(orders.counts().live_bytes == 0);
  REQUIRE(orders.find_finished(make_order(1).order.id) == nullptr);
  REQUIRE(orders.find_finished(make_order(2).order.id)->status == saga::State::completed);
  REQUIRE(orders.find_finished(make_order(3).order.id) != nullptr);
}

TEST_CASE("the listing is newest first, by status, and pages without gaps") {
  tape::Room room(100, 4);
  Orders orders({.live = 50, .bytes = 1 << 20, .finished = 50}, room);
  orders.open_intake();
  for (unsigned n = 1; n <= 30; ++n) {
    tape::Record* const record = orders.admit(make_order(n).order).record;
    if (n % 3 == 0) {
      complete(orders, *record, 10 * n);
      orders.finish(*record, "{}");
    } else if (n % 3 == 1) {
      orders.acked({.record = record, .step = 1, .state = saga::State::placed}, 10 * n);
    }  // else: not acked yet, and so not visible
  }
  std::vector<std::uint64_t> seen;
  std::uint64_t before = UINT64_MAX;
  while (true) {
    const auto page = orders.list({}, before, 7);
    if (page.empty()) break;
    for (const auto& entry : page) seen.push_back(entry.serial);
    before = page.back().serial;
  }
  REQUIRE(seen.size() == 20);
  REQUIRE(std::is_sorted(seen.rbegin(), seen.rend()));
  REQUIRE(orders.list({saga::State::completed}, UINT64_MAX, 100).size() == 10);
  REQUIRE(orders.list({saga::State::placed}, UINT64_MAX, 100).size() == 10);
  REQUIRE(orders.list({saga::State::parked_refunding}, UINT64_MAX, 100).empty());
}

TEST_CASE("of each status it is counted how many the listing has, wherever they are") {
  tape::Room room(100, 4);
  Orders orders({.live = 50, .bytes = 1 << 20, .finished = 2}, room);
  orders.open_intake();
  const auto counts = [&] {
    return std::array{orders.listed("placed"), orders.listed("shipped"), orders.listed("completed")};
  };
  std::vector<tape::Record*> live;
  for (unsigned n = 1; n <= 3; ++n) {
    live.push_back(orders.admit(make_order(n).order).record);
    orders.acked({.record = live.back(), .step = 1, .state = saga::State::placed}, 10 * n);
  }
  CHECK(counts() == std::array<std::uint64_t, 3>{3, 0, 0});
  tape::Record* const back = tape::Record::create(make_order(1).order);
  back->status = saga::State::shipped;
  back->add_step(live[0]->steps().at(1));
  orders.acked({.record = live[0], .step = 2, .state = saga::State::shipped}, 50);
  live[0]->stored_step = 2;
  orders.spill(*live[0]);
  CHECK(counts() == std::array<std::uint64_t, 3>{2, 1, 0});
  orders.adopt(back);
  CHECK(counts() == std::array<std::uint64_t, 3>{2, 1, 0});
  for (tape::Record* record : {live[1], live[2]}) {
    orders.acked({.record = record, .step = 2, .state = saga::State::completed}, 60);
    orders.finish(*record, "{}");
  }
  CHECK(counts() == std::array<std::uint64_t, 3>{0, 1, 2});
  orders.remember({make_order(9).order.id, saga::State::completed, 5, "{}"});
  CHECK(counts() == std::array<std::uint64_t, 3>{0, 1, 2});  // the oldest has made place
}

TEST_CASE("the listing of the next engine is the same, and goes on where the one before it was") {
  tape::Room room(100, 4);
  const orders::Limits limits{.live = 50, .bytes = 1 << 20, .finished = 50};
  Orders before(limits, room), after(limits, room);
  before.open_intake();
  for (unsigned n = 1; n <= 30; ++n) complete(before, *before.admit(make_order(n).order).record, 10 * n);
  for (unsigned n = 30; n > 0; --n) {  // they end in another order
    tape::Record* const record = before.find_live(make_order(n).order.id);
    if (n % 4 == 0) {
      tape::Record* const left = tape::Record::create(make_order(n).order);
      left->status = saga::State::refunding;
      left->add_step(record->steps().at(1));
      after.adopt(left);
    }
    const orders::Finished finished{record->order.id, record->status, record->serial, "{}"};
    before.finish(*record, "{}");
    after.remember(finished);  // one that is live stays so
    after.remember(finished);  // and none is there twice
  }
  const auto all = before.list({}, UINT64_MAX, 100);
  REQUIRE(all.size() == 30);
  const auto serials = [](const std::vector<orders::Listed>& listed) {
    std::vector<std::uint64_t> found;
    for (const orders::Listed& one : listed) found.push_back(one.serial);
    return found;
  };
  REQUIRE(serials(after.list({}, UINT64_MAX, 100)) == serials(all));
  REQUIRE(serials(after.list({}, all[9].serial, 5)) == serials(before.list({}, all[9].serial, 5)));
  REQUIRE(after.list({saga::State::refunding}, UINT64_MAX, 100).size() == 7);
}

TEST_CASE("a document has a public part as GET gives it, and a private one for Redis") {
  tape::Room room(8, 4);
  Orders orders({.live = 3, .bytes = 1 << 20, .finished = 2}, room);
  orders.open_intake();
  tests::OrderDraft draft = make_order(7);
  tape::Record* const record = orders.admit(draft.order).record;
  complete(orders, *record);
  std::string document;
  codec::render_document(*record, document);
  const std::string steps =
      R"("steps":[{"step":1,"type":"OrderPlaced","at":"2026-01-02T12:00:00.000000Z","offset":101},)"
      R"({"step":2,"type":"PaymentConfirmed","at":"2026-01-02T12:00:00.000000Z","offset":102},)"
      R"({"step":3,"type":"InventoryUpdated","at":"2026-01-02T12:00:00.000000Z","offset":103},)"
      R"({"step":4,"type":"ShippingConfirmed","at":"2026-01-02T12:00:00.000000Z","offset":104},)"
      R"({"step":5,"type":"NotificationSent","at":"2026-01-02T12:00:00.000000Z","offset":105}])";
  REQUIRE(document.ends_with(R"("userEmail":"you7@example.com","left":[null]})"));
  REQUIRE(
      codec::public_part(document) ==
      R"({"orderId":")" + draft.order.id.str() +
          R"(","status":"completed","item":"sku-0","amount":49.99,"amountMinor":4999,"currency":"USD","carrier":"simulated",)" +
          steps + "}");
  REQUIRE(codec::body_hash(document) == draft.order.body_hash);
  REQUIRE(codec::status(document) == saga::State::completed);
  REQUIRE_FALSE(codec::body_hash("{}"));
}

TEST_CASE("orders that were under way are taken up without intake, beyond the limit for new ones") {
  tape::Room room(100, 4);
  Orders orders({.live = 1, .bytes = 1, .finished = 2, .capacity = 3}, room);
  for (unsigned n = 1; n <= 3; ++n) {
    tape::Record* const record = tape::Record::create(make_order(n).order);
    record->state = record->status = saga::State::refunding;
    record->step = 1;
    record->add_step({.at = noon, .offset = n, .state = saga::State::refunding, .number = 1});
    orders.adopt(record);
    REQUIRE(orders.find_live(make_order(n).order.id) == record);
  }
  REQUIRE(orders.counts().live == 3);
  REQUIRE(room.free() == 100);
  REQUIRE(orders.list({.status = saga::State::refunding}, UINT64_MAX, 100).size() == 3);
  orders.open_intake();
  REQUIRE(orders.admit(make_order(4).order).refusal == Refusal::too_many);
}

TEST_CASE(
    "an order that has ended keeps its place until its poke was taken, and not until another one ends") {
  tape::Room room(16, 4);
  Orders orders({.live = 1, .bytes = 1 << 20, .finished = 2}, room);
  orders.open_intake();
  tape::Record* const record = orders.admit(make_order(1).order).record;
  record->pokes.store(1);
  complete(orders, *record);
  orders.finish(*record, "{}");
  REQUIRE(orders.admit(make_order(2).order).refusal == Refusal::too_many);
  record->pokes.store(0);  // a stage has taken it
  REQUIRE(orders.admit(make_order(2).order).record != nullptr);
}
