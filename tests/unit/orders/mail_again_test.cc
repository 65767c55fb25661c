#include "engine/orders/mail_again.h"

#include "tests/unit/orders/mails.h"

using orders::MailAgain;
using tests::Mails;
using Answer = MailAgain::Answer;

namespace {

/// One order, completed; its record is gone.
struct Again : Mails {
  Again() {
    tape::Record* const record = ship(1);
    REQUIRE(token() == record);
    tape.room().take(1);
    append(*record, saga::EventKind::NotificationSent, saga::State::completed);
    ack();
    keep(*record);
    orders.finish(*record, document());
  }
  std::string document() { return store.documents.at(tests::order_id(1)); }
  /// Notification's part of it: MailRequested.
  void requested(tape::Record& record) {
    tape::Task task;
    REQUIRE(inboxes.of(saga::HandlerId::notification).pop({&task, 1}) == 1);
    REQUIRE(task.record == &record);
    REQUIRE(task.kind == tape::TaskKind::arrival);
    record.state = saga::State::completed_mailing;
    tape.append({.record = &record,
                 .at = clock.now(),
                 .step = ++record.step,
                 .kind = saga::EventKind::MailRequested,
                 .state = record.state,
                 .at_ack = saga::HandlerId::notification});
  }

  MailAgain mail{orders, dispatch};
};

}  // namespace

TEST_CASE("a finished order lives again for its mail, and asking once more is answered by the same mail") {
  Again world;
  const std::size_t room = world.tape.room().free();
  const MailAgain::Result first = world.mail.ask(world.document(), "desk");
  REQUIRE(first.answer == Answer::asked);
  REQUIRE(world.tape.room().free() == room - 1);
  REQUIRE(world.orders.find_live(tests::order_id(1)) == first.record);
  REQUIRE(world.orders.find_finished(tests::order_id(1)) == nullptr);
  REQUIRE(first.record->mail_by == "desk");

  const MailAgain::Result second = world.mail.ask(*first.record);
  REQUIRE(second.answer == Answer::asked);
  REQUIRE(second.record == first.record);
  world.requested(*first.record);
  REQUIRE(world.mail.ask(*first.record).answer == Answer::asked);  // not acked
  world.ack();
  REQUIRE(world.mail.ask(*first.record).answer == Answer::under_way);
  REQUIRE(saga::name(first.record->status) == "completed");
  REQUIRE(world.token() == first.record);  // its mail is due
  world.keep(*first.record);
  REQUIRE(world.mail.ask(world.document(), "desk").answer == Answer::under_way);  // spilled it would say so

  world.tape.room().take(1);
  world.append(*first.record, saga::EventKind::NotificationSent, saga::State::completed);
  world.ack();
  REQUIRE(world.mail.ask(*first.record).answer == Answer::ending);
  world.keep(*first.record);
  world.orders.finish(*first.record, world.document());
  REQUIRE(world.live() == 0);
  REQUIRE(world.orders.list({}, UINT64_MAX, 10).size() == 1);
  REQUIRE(world.mail.ask(world.document(), "desk").answer == Answer::asked);  // as often as one likes
}

TEST_CASE("an order whose mail is still to come has none that could be sent again") {
  Again world;
  tape::Record* const shipped = world.ship(2);
  REQUIRE(world.mail.ask(*shipped).answer == Answer::none_yet);
  world.keep(*shipped);
  REQUIRE(world.mail.ask(world.store.documents.at(tests::order_id(2)), "desk").answer == Answer::none_yet);
  REQUIRE(world.mail.ask("{}", "desk").answer == Answer::unreadable);
}

TEST_CASE("a mail that is asked for takes what a new order takes, or is refused and changes nothing") {
  Again world;
  world.orders.close_intake();
  REQUIRE(world.mail.ask(world.document(), "desk").answer == Answer::refused);
  world.orders.open_intake();
  for (unsigned n = 2; world.ship(n) != nullptr; ++n) {
  }
  const MailAgain::Result refused = world.mail.ask(world.document(), "desk");
  REQUIRE(refused.answer == Answer::refused);
  REQUIRE(refused.refusal == orders::Orders::Refusal::mails_waiting);
  REQUIRE(world.orders.find_finished(tests::order_id(1)) != nullptr);
}

TEST_CASE("the place of an order that was taken back among the finished ones is given up in its turn") {
  Mails world;
  orders::Orders few({.live = 8, .bytes = 1 << 20, .finished = 2}, world.tape.room());
  few.open_intake();
  const auto finish = [&](unsigned n) {
    tape::Record* const record = few.admit(tests::make_order(n).order).record;
    record->status = saga::State::completed;
    few.finish(*record, "document " + std::to_string(n));
  };
  finish(1);
  finish(2);
  tape::OwnedRecord again(tape::Record::create(tests::make_order(1).order));
  again->status = saga::State::completed;
  again->add_step({.offset = 7, .number = 1});
  tape::Record* const live = few.readmit(std::move(again)).record;
  REQUIRE(live != nullptr);
  REQUIRE(live->serial == 8);  // it is where it was in the listing
  REQUIRE(few.find_finished(tests::order_id(1)) == nullptr);
  finish(3);  // in the place of 1
  REQUIRE(few.find_finished(tests::order_id(2)) != nullptr);
  few.finish(*live, "document 1 again");
  REQUIRE(few.find_finished(tests::order_id(2)) == nullptr);
  REQUIRE(few.find_finished(tests::order_id(1))->document == "document 1 again");
  REQUIRE(few.find_finished(tests::order_id(3)) != nullptr);
}
