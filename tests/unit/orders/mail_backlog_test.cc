#include "engine/orders/mail_backlog.h"

#include "tests/unit/orders/mails.h"

using namespace std::chrono_literals;
using tests::fill;
using tests::Found;
using tests::MailOutcome;
using tests::Mails;

TEST_CASE("as many mails as may be are under way; further orders leave memory once they are stored") {
  Mails mails;
  REQUIRE(mails.token() == nullptr);
  tape::Record* const first = mails.ship(1);
  tape::Record* const second = mails.ship(2);
  REQUIRE(mails.token() == first);
  REQUIRE(mails.token() == second);
  tape::Record* const third = mails.ship(3);
  REQUIRE(mails.token() == nullptr);
  REQUIRE(mails.live() == 3);  // the store does not have it yet
  mails.stored(*third);
  REQUIRE(mails.live() == 2);
  REQUIRE(mails.orders.find_live(tests::order_id(3)) == nullptr);
  REQUIRE(mails.backlog.size() == 1);
  REQUIRE(mails.store.asked.empty());

  mails.sent(*first);
  mails.turn();
  REQUIRE(mails.store.asked.size() == 1);
  mails.store.answer();
  tape::Record* const again = mails.token();
  REQUIRE(again != nullptr);
  REQUIRE(mails.orders.find_live(tests::order_id(3)) == again);
  mails.turn();
  REQUIRE(mails.backlog.size() == 0);
  mails.sent(*again);
  mails.sent(*second);
  mails.turn();
  REQUIRE(mails.live() == 0);
  REQUIRE(mails.backlog.at_rest());
}

TEST_CASE("an order in memory takes a free place without leaving") {
  Mails mails;
  tape::Record* const first = mails.ship(1);
  mails.ship(2);
  tape::Record* const third = mails.ship(3);
  mails.token();
  mails.token();
  mails.sent(*first);
  REQUIRE(mails.token() == third);
  REQUIRE(mails.store.asked.empty());
}

TEST_CASE("a mail that came back waits for its own time, out of memory, and keeps what was tried") {
  Mails mails;
  tape::Record* const record = mails.ship(1);
  const std::uint64_t serial = record->serial;
  REQUIRE(serial > 0);
  mails.token();
  record->mails_unanswered = 3;
  record->mail_unanswered_at = mails.clock.now();
  mails.give_back(*record, MailOutcome::unknown, 1s);
  REQUIRE(mails.live() == 1);
  mails.stored(*record);
  REQUIRE(mails.live() == 0);
  mails.after(999ms);
  REQUIRE(mails.store.asked.empty());
  mails.after(1ms);
  mails.store.answer();
  tape::Record* const again = mails.token();
  REQUIRE(again != nullptr);
  REQUIRE(again->attempts == 1);
  REQUIRE(again->mails_unanswered == 3);
  REQUIRE(again->mail_unanswered_at != engine::Time{});
  REQUIRE(again->serial == serial);
  // One that comes due before the store has it goes straight from memory.
  mails.give_back(*again, MailOutcome::transient, 0s);
  REQUIRE(mails.token() == again);
}

TEST_CASE(
    "while the server is away, whoever was tried before is not the one that tries while others were not") {
  Mails mails({.under_way = 1, .waiting = 5, .deadline = 24h});
  tape::Record* const tried = mails.ship(1);
  tape::Record* const fresh = mails.ship(2);
  REQUIRE(mails.token() == tried);
  tried->attempts = 4;
  mails.stored(*fresh);
  tried->mail_due = mails.clock.now() + 1s;
  mails.back.push({tried, tape::TaskKind::mail_result, static_cast<std::uint8_t>(MailOutcome::away)});
  mails.stored(*tried);
  REQUIRE(mails.live() == 0);
  mails.after(1s);
  mails.store.answer();
  tape::Record* const probe = mails.token();
  REQUIRE(probe != nullptr);
  REQUIRE(mails.number(*probe) == 2);
}

TEST_CASE("while the server is away one mail at a time tries, and when it is back all go") {
  Mails mails;
  const auto under_way = fill(mails, 6);
  for (tape::Record* const record : under_way) mails.give_back(*record, MailOutcome::away, 10s);
  REQUIRE(mails.live() == 0);
  REQUIRE(mails.backlog.size() == 6);
  mails.after(9s);
  REQUIRE(mails.store.asked.empty());
  mails.after(1s);
  REQUIRE(mails.store.asked.size() == 1);
  mails.store.answer();
  tape::Record* const probe = mails.token();
  REQUIRE(probe->attempts == 0);
  mails.turn();
  REQUIRE(mails.store.asked.empty());
  mails.give_back(*probe, MailOutcome::away, 20s);
  mails.after(20s);
  mails.store.answer();
  tape::Record* const through = mails.token();
  REQUIRE(through != nullptr);
  mails.sent(*through);
  mails.turn();
  REQUIRE(mails.store.asked.size() == 2);  // as many as may be under way
}

TEST_CASE("over the topic every mail is with notification at once, and rests there until it is answered") {
  Mails mails({.under_way = 1, .waiting = 5, .by_topic = true, .deadline = 24h});
  std::vector<tape::Record*> with_notification;
  for (unsigned n = 1; n <= 4; ++n) {
    tape::Record* const record = mails.ship(n);
    REQUIRE(mails.token() == record);
    REQUIRE(record->mailing);
    with_notification.push_back(record);
  }
  REQUIRE(mails.backlog.mailing() == 4);
  REQUIRE(mails.backlog.at_rest());
  for (tape::Record* const record : with_notification) mails.stored(*record);
  REQUIRE(mails.live() == 4);  // none has left memory
  mails.sent(*with_notification[1]);
  REQUIRE(mails.backlog.mailing() == 3);
}

TEST_CASE("past its deadline an order goes to its end although the server is away") {
  Mails mails({.under_way = 2, .waiting = 100, .deadline = 1h});
  for (tape::Record* const record : fill(mails, 4)) mails.give_back(*record, MailOutcome::away, 24h);
  mails.after(59min);
  REQUIRE(mails.store.asked.empty());
  mails.after(1min);
  REQUIRE(mails.store.asked.size() == 2);  // notification, which knows that nobody is there, ends them
}

TEST_CASE("a full backlog closes intake until one has gone") {
  Mails mails;
  const auto under_way = fill(mails, 7);
  REQUIRE(mails.backlog.size() == 5);
  REQUIRE(mails.orders.admit(tests::make_order(8).order).refusal == orders::Orders::Refusal::mails_waiting);
  mails.sent(*under_way[0]);
  mails.turn();
  mails.store.answer();
  mails.turn();
  REQUIRE(mails.backlog.size() == 4);
  REQUIRE(mails.orders.admit(tests::make_order(8).order).refusal == orders::Orders::Refusal::none);
}

TEST_CASE("an order leaves memory with nobody waiting for it, and not before") {
  struct Client final : tape::Waiter {
    void acked(const tape::Record&, const tape::Event&) override {}
  } client;
  Mails mails;
  fill(mails, 2);
  tape::Record* const third = mails.ship(3);
  third->attach(client);
  mails.stored(*third);
  REQUIRE(mails.live() == 3);
  third->detach(client);
  mails.turn();
  REQUIRE(mails.live() == 2);
}

TEST_CASE("Redis away, or without the order: it is asked for again later") {
  Mails mails;
  const auto under_way = fill(mails, 3);
  mails.store.up = false;
  mails.sent(*under_way[0]);
  mails.turn();
  REQUIRE(mails.store.asked.empty());
  mails.store.up = true;
  mails.turn();
  mails.store.answer(Found::unavailable);
  mails.turn();
  REQUIRE(mails.store.asked.empty());
  mails.after(100ms);
  REQUIRE_FALSE(mails.backlog.store_lacks());
  mails.store.answer(Found::no);
  REQUIRE(mails.backlog.store_lacks());
  mails.after(9s);
  REQUIRE(mails.store.asked.empty());
  REQUIRE(mails.backlog.size() == 1);
  mails.after(1s);
  const auto documents = mails.store.documents;
  const saga::OrderId asked = mails.store.asked.front().id;
  tape::Record* const paid = mails.left_behind(asked.bytes[0], false);
  mails.keep(*paid);  // an older document: Redis has lost the last writes
  tape::Record::destroy(paid);
  mails.store.answer();
  REQUIRE(mails.token() == nullptr);
  mails.store.documents = documents;
  mails.after(10s);
  mails.store.answer();
  REQUIRE(mails.token() != nullptr);
}

TEST_CASE("a drain sends who was never tried, and leaves the others") {
  Mails mails;
  auto under_way = fill(mails, 4);
  mails.give_back(*under_way[0], MailOutcome::transient, 1s);
  mails.store.answer();  // the third has its place
  tape::Record* const third = mails.token();
  mails.backlog.drain(mails.clock.now() + 20s);
  mails.after(2s);
  REQUIRE_FALSE(mails.backlog.at_rest());
  mails.sent(*third);
  mails.sent(*under_way[1]);
  mails.turn();
  mails.store.answer();
  tape::Record* const fourth = mails.token();
  REQUIRE(fourth->attempts == 0);
  REQUIRE_FALSE(mails.backlog.at_rest());

  SECTION("until they have gone") {
    mails.sent(*fourth);
    mails.turn();
  }
  SECTION("unless the server is away") { mails.give_back(*fourth, MailOutcome::away, 1s); }
  mails.after(2s);
  REQUIRE(mails.store.asked.empty());
  REQUIRE(mails.backlog.at_rest());
  REQUIRE(mails.backlog.size() >= 1);
}

TEST_CASE("what another engine left is taken up") {
  Mails mails;
  tape::Record* const left = mails.left_behind(1);
  mails.orders.adopt(left);
  mails.backlog.take(*left);
  REQUIRE(mails.token() == left);
}

TEST_CASE("orders that are spilled stay in the listing, in their place") {
  Mails mails;
  fill(mails, 5);
  const auto all = mails.orders.list({}, UINT64_MAX, 10);
  REQUIRE(all.size() == 5);
  for (unsigned i = 0; i < 5; ++i) {
    if (i > 0) REQUIRE(all[i].serial < all[i - 1].serial);
    REQUIRE((all[i].live != nullptr) == (i >= 3));
    if (i < 3) REQUIRE(all[i].id == tests::order_id(5 - i));
  }
  const auto page = mails.orders.list({.status = saga::State::shipped}, all[0].serial, 2);
  REQUIRE(page.size() == 2);
  REQUIRE(page[0].id == tests::order_id(4));
  REQUIRE(page[1].id == tests::order_id(3));
  REQUIRE(mails.orders.list({.status = saga::State::cancelling}, UINT64_MAX, 10).empty());
}
