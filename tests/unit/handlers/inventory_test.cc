#include "handlers/inventory.h"

#include <utility>

#include "tests/catch.h"
#include "tests/world/make_order.h"

using handlers::InventoryHandler;
using handlers::Untracked;
using saga::EventKind;

namespace {

struct Held {
  explicit Held(unsigned n, std::size_t lines = 1)
      : record(tape::Record::create(tests::make_order(n, lines).order)) {
    record->state = saga::State::paid;
  }
  ~Held() { tape::Record::destroy(record); }
  EventKind pass(InventoryHandler& inventory) {
    return inventory.handle({record, tape::TaskKind::token, 0}, {}).decision.kind;
  }
  tape::Record* record;
};

}  // namespace

TEST_CASE("an order takes all its lines or none, and a release gives back just what was taken") {
  InventoryHandler inventory;
  inventory.set("sku-0", 5);  // an order of three lines takes 1, 2 and 3
  inventory.set("sku-1", 2);
  Held first(1, 3), second(2, 3), third(3);
  REQUIRE(first.pass(inventory) == EventKind::InventoryUpdated);
  REQUIRE(first.record->lines_left[0] == 4);
  REQUIRE(first.record->lines_left[1] == 0);
  REQUIRE(first.record->lines_left[2] == tape::Record::untracked);

  REQUIRE(second.pass(inventory) == EventKind::InventoryInsufficient);  // sku-1 is gone
  REQUIRE(second.record->lines_left[1] == 0);
  REQUIRE(third.pass(inventory) == EventKind::InventoryUpdated);
  REQUIRE(third.record->lines_left[0] == 3);  // the failed one has left sku-0 alone

  first.record->state = saga::State::releasing;
  REQUIRE(first.pass(inventory) == EventKind::InventoryReleased);
  REQUIRE(first.record->lines_after[0] == 4);
  REQUIRE(first.record->lines_after[1] == 2);
  REQUIRE(first.record->lines_after[2] == tape::Record::untracked);
  second.record->state = saga::State::paid;
  REQUIRE(second.pass(inventory) == EventKind::InventoryUpdated);
}

TEST_CASE("the last unit is sold once") {
  InventoryHandler inventory;
  inventory.set("sku-0", 50);
  unsigned sold = 0;
  for (unsigned n = 1; n <= 100; ++n) {
    if (Held(n).pass(inventory) == EventKind::InventoryUpdated) ++sold;
  }
  REQUIRE(sold == 50);
}

TEST_CASE("a sku on two lines is counted on both") {
  InventoryHandler inventory;
  inventory.set("a", 5);
  tests::OrderDraft draft = tests::make_order(1);
  const saga::Line lines[] = {{"a", 3, 100}, {"a", 3, 90}};
  draft.order.lines = lines;
  tape::Record* const record = tape::Record::create(draft.order);
  record->state = saga::State::paid;
  REQUIRE(inventory.handle({record, tape::TaskKind::token, 0}, {}).decision.kind ==
          EventKind::InventoryInsufficient);
  REQUIRE(record->lines_left[0] == tape::Record::untracked);  // of those that are short only
  REQUIRE(record->lines_left[1] == 2);
  tape::Record::destroy(record);
}

TEST_CASE("a sku that nobody has counted is always there, or never, as configured") {
  InventoryHandler accepting(Untracked::accept), rejecting(Untracked::reject);
  REQUIRE(Held(1).pass(accepting) == EventKind::InventoryUpdated);
  REQUIRE(Held(1).pass(rejecting) == EventKind::InventoryInsufficient);
}

TEST_CASE("a level is set or changed from what there is, never below zero") {
  InventoryHandler inventory;
  const auto asked = [&](const tape::StockRequest& request) {
    tape::StockChange change;
    change.sku = "sku-0";
    change.request = request;
    REQUIRE(inventory.handle(tape::Task{&change}, {}).decision.kind == EventKind::StockSet);
    return std::pair{change.outcome, change.on_hand};
  };
  using tape::StockOutcome;
  using Result = std::pair<StockOutcome, std::int64_t>;
  REQUIRE(asked({.amount = 5}) == Result{StockOutcome::set, 5});
  Held order(1);  // takes one
  REQUIRE(order.pass(inventory) == EventKind::InventoryUpdated);
  REQUIRE(asked({.amount = -5, .relative = true}) == Result{StockOutcome::out_of_bounds, 4});
  REQUIRE(asked({.amount = 9, .only_at = 5}) == Result{StockOutcome::other_level, 4});
  REQUIRE(asked({.amount = -4, .relative = true, .only_at = 4}) == Result{StockOutcome::set, 0});
  REQUIRE(asked({.amount = tape::on_hand_max, .relative = true}) ==
          Result{StockOutcome::set, tape::on_hand_max});
  REQUIRE(asked({.amount = 1, .relative = true}) == Result{StockOutcome::out_of_bounds, tape::on_hand_max});
}

TEST_CASE("a line that is not stock is not reserved, not short and not given back, whatever its sku") {
  const saga::Line lines[] = {{"a", 2, 100}, {"a", 9, 100, false}, {"postage", 1, 450, false}};
  tests::OrderDraft draft = tests::make_order(1);
  draft.order.lines = lines;
  for (const Untracked untracked : {Untracked::accept, Untracked::reject}) {
    InventoryHandler inventory(untracked);
    inventory.set("a", 2);
    const tape::OwnedRecord record(tape::Record::create(draft.order));
    const tape::OwnedRecord second(tape::Record::create(draft.order));
    record->state = second->state = saga::State::paid;
    const auto pass = [&](tape::Record& one) {
      return inventory.handle({&one, tape::TaskKind::token, 0}, {}).decision.kind;
    };
    REQUIRE(pass(*record) == EventKind::InventoryUpdated);
    REQUIRE(record->lines_left[0] == 0);
    REQUIRE(record->lines_left[1] == tape::Record::untracked);
    REQUIRE(record->lines_left[2] == tape::Record::untracked);
    REQUIRE(pass(*second) == EventKind::InventoryInsufficient);
    REQUIRE(second->lines_left[1] == tape::Record::untracked);
    record->state = saga::State::releasing;
    REQUIRE(pass(*record) == EventKind::InventoryReleased);
    REQUIRE(record->lines_after[0] == 2);
    REQUIRE(record->lines_after[1] == tape::Record::untracked);
  }
}
