#include "handlers/notification.h"

#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/world/make_order.h"

using namespace std::chrono_literals;
using handlers::Outcome;
using saga::EventKind;
using tape::MailOutcome;

namespace {

struct Counted final : engine::Mailer {
  void submit(const engine::Mail& mail) override {
    ++mails;
    last = mail;
  }
  int mails = 0;
  engine::Mail last;
};

struct World {
  World() {
    record->state = saga::State::shipped;
    record->step_since = opened;
  }
  ~World() { tape::Record::destroy(record); }

  Outcome submit(engine::Time now) { return handler.handle({record, tape::TaskKind::token}, now); }
  Outcome result(MailOutcome outcome, engine::Time now) {
    return handler.handle({record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(outcome)}, now);
  }
  /// What was given back to the mail backlog.
  bool given_back() {
    tape::Task task;
    return backlog.pop({&task, 1}) == 1 && task.record == record;
  }

  runtime::FutexParker parker;
  orders::TaskInbox backlog{8, 1, parker};
  Counted mailer;
  const engine::Time opened{1'000'000'000'000};
  tape::Record* record = tape::Record::create(tests::make_order(1).order);
  handlers::NotificationHandler handler{&mailer, {.backoff = 1s, .backoff_max = 8s, .deadline = 1h}, backlog};
};

bool is(const Outcome& outcome, EventKind kind) {
  return outcome.kind == Outcome::Kind::happened && outcome.decision.kind == kind;
}

}  // namespace

TEST_CASE("an order that arrives is one whose mail is asked for again; the mail names the step that asked") {
  World world;
  world.record->state = saga::State::cancelled;
  world.record->ask_for_mail(7);
  REQUIRE(is(world.handler.handle({world.record, tape::TaskKind::arrival}, world.opened),
             EventKind::MailRequested));
  REQUIRE(world.mailer.mails == 0);
  world.record->state = saga::State::cancelled_mailing;
  REQUIRE(world.submit(world.opened).kind == Outcome::Kind::pending);
  REQUIRE(world.mailer.last.again == 7);
  REQUIRE(world.mailer.last.what == saga::MailTemplate::order_cancelled);
  world.record->state = saga::State::completed_mailing;
  world.submit(world.opened);
  REQUIRE(world.mailer.last.what == saga::MailTemplate::shipping_confirmation);
}

TEST_CASE("a mail that may be tried again is given back with its time, later from attempt to attempt") {
  World world;
  engine::Duration longest{};
  for (int attempt = 1; attempt <= 6; ++attempt) {
    const engine::Duration full = std::min<engine::Duration>(1s * (1 << (attempt - 1)), 8s);
    REQUIRE(world.result(MailOutcome::transient, world.opened).kind == Outcome::Kind::pending);
    REQUIRE(world.given_back());
    const engine::Duration wait = world.record->mail_due - world.opened;
    REQUIRE(wait >= full / 2);
    REQUIRE(wait <= full);
    longest = std::max(longest, wait);
  }
  REQUIRE(longest > 4s);
  REQUIRE(world.record->attempts == 6);
}

TEST_CASE("one that answers later is asked again when it says so, and neither it nor the mail has failed") {
  World world;
  world.record->mail_pause = 3s;
  REQUIRE(world.result(MailOutcome::later, world.opened).kind == Outcome::Kind::pending);
  REQUIRE(world.given_back());
  REQUIRE(world.record->mail_due == world.opened + 3s);
  REQUIRE(world.result(MailOutcome::later, world.opened).kind == Outcome::Kind::pending);
  REQUIRE(world.record->mail_due == world.opened + 8s);  // it does not say: the longest pause
  world.record->mail_pause = 2h;
  REQUIRE(world.result(MailOutcome::later, world.opened).kind == Outcome::Kind::pending);
  REQUIRE(world.record->mail_due == world.opened + 1h);  // its deadline
  REQUIRE(world.record->attempts == 0);
}

TEST_CASE("a mail that failed waits as long as its answer asks for") {
  World world;
  world.record->mail_pause = 30s;
  REQUIRE(world.result(MailOutcome::transient, world.opened).kind == Outcome::Kind::pending);
  REQUIRE(world.record->mail_due == world.opened + 30s);
  REQUIRE(world.result(MailOutcome::transient, world.opened).kind == Outcome::Kind::pending);
  REQUIRE(world.record->mail_due <= world.opened + 2s);
}

TEST_CASE("after the deadline, whatever time its event shows, a mail has failed") {
  World world;
  SECTION("an hour ago") { world.record->last_at = world.opened - 1h; }
  SECTION("in an hour") { world.record->last_at = world.opened + 1h; }
  const engine::Time end = world.opened + 1h;
  REQUIRE(world.result(MailOutcome::transient, end - 1ms).kind == Outcome::Kind::pending);
  REQUIRE(world.record->mail_due == end);  // one last attempt
  const Outcome last = world.result(MailOutcome::transient, end);
  REQUIRE(is(last, EventKind::NotificationFailed));
  REQUIRE(last.decision.reason == saga::Reason::mail_refused);
}

TEST_CASE("a server that is away is nobody's attempt; all wait for it together") {
  World world;
  REQUIRE(world.result(MailOutcome::away, world.opened).kind == Outcome::Kind::pending);
  const engine::Time first = world.record->mail_due;
  REQUIRE(first - world.opened <= 1s);
  REQUIRE(world.result(MailOutcome::away, world.opened + 1ms).kind == Outcome::Kind::pending);
  REQUIRE(world.record->mail_due == first);
  REQUIRE(world.result(MailOutcome::away, first).kind == Outcome::Kind::pending);
  REQUIRE(world.record->mail_due - first >= 1s);  // the second time, between half and all of two seconds
  REQUIRE(world.record->attempts == 0);

  // At its deadline it is not tried any more while nobody is there.
  REQUIRE(is(world.submit(world.opened + 1h), EventKind::NotificationFailed));
  REQUIRE(world.mailer.mails == 0);
  REQUIRE(world.result(MailOutcome::sent, world.opened + 1h).kind == Outcome::Kind::happened);
  REQUIRE(world.submit(world.opened + 1h).kind == Outcome::Kind::pending);
  REQUIRE(world.mailer.mails == 1);
}

TEST_CASE("a mail without an answer is believed after five attempts over ten minutes, and says so") {
  World world;
  engine::Time now = world.opened;
  for (int attempt = 1; attempt <= 5; ++attempt) {
    REQUIRE(world.result(MailOutcome::unknown, now).kind == Outcome::Kind::pending);
    REQUIRE(world.given_back());
    now = world.record->mail_due;
  }
  REQUIRE(now == world.opened + 10min);  // one more, and that is the last
  REQUIRE(is(world.result(MailOutcome::unknown, now), EventKind::NotificationSent));
  REQUIRE(world.record->mail_unconfirmed);
  REQUIRE_FALSE(world.given_back());
}

TEST_CASE("ten minutes are not enough without five attempts") {
  World world;
  for (int attempt = 0; attempt < 4; ++attempt)
    REQUIRE(world.result(MailOutcome::unknown, world.opened + attempt * 5min).kind == Outcome::Kind::pending);
  REQUIRE(is(world.result(MailOutcome::unknown, world.opened + 20min), EventKind::NotificationSent));
}

TEST_CASE("an answer after some without is an answer") {
  World world;
  REQUIRE(world.result(MailOutcome::unknown, world.opened).kind == Outcome::Kind::pending);
  REQUIRE(is(world.result(MailOutcome::sent, world.opened), EventKind::NotificationSent));
  REQUIRE_FALSE(world.record->mail_unconfirmed);
}

namespace {

/// Mails to several recipients.
struct Round : World {
  ~Round() {
    for (tape::Record* other : others) tape::Record::destroy(other);
  }
  /// What it was given back with; the answer is to a new recipient, or to one from before.
  MailOutcome answered(const char* answer, std::size_t recipient = SIZE_MAX) {
    if (recipient == SIZE_MAX) {
      auto made = tests::make_order(static_cast<unsigned>(others.size() + 2));
      const std::string email = "you" + std::to_string(others.size()) + "@example.com";
      made.order.email = email;
      others.push_back(tape::Record::create(made.order));
      others.back()->state = saga::State::shipped;
      recipient = others.size() - 1;
    }
    others[recipient]->mail_answer = answer;
    handler.handle(
        {others[recipient], tape::TaskKind::mail_result, static_cast<std::uint8_t>(MailOutcome::transient)},
        opened);
    tape::Task task;
    REQUIRE(backlog.pop({&task, 1}) == 1);
    return static_cast<MailOutcome>(task.code);
  }
  std::vector<tape::Record*> others;
};

}  // namespace

TEST_CASE("one recipient's answer, however often, holds up nobody else") {
  Round round;
  REQUIRE(round.answered("421 4.7.0 too busy") == MailOutcome::transient);
  for (int i = 0; i < 10; ++i) REQUIRE(round.answered("421 4.7.0 too busy", 0) == MailOutcome::transient);
  REQUIRE(round.others[0]->attempts == 11);
}

TEST_CASE("three recipients in a row who are answered the same make the server away") {
  Round round;
  REQUIRE(round.answered("504 5.5.2 <you0@example.com>: Helo command rejected") == MailOutcome::transient);
  REQUIRE(round.answered("504 5.5.2 <you1@example.com>: Helo command rejected") == MailOutcome::transient);
  SECTION("the same codes") {
    REQUIRE(round.answered("504 5.5.2 <you2@example.com>: Helo command rejected") == MailOutcome::away);
    REQUIRE(round.answered("504 5.5.2 the one that asks", 0) == MailOutcome::away);
    REQUIRE(round.answered("550 5.7.1 something else") == MailOutcome::transient);
  }
  SECTION("others") { REQUIRE(round.answered("504 5.5.1 no") == MailOutcome::transient); }
  SECTION("a success between") {
    round.result(MailOutcome::sent, round.opened);
    REQUIRE(round.answered("504 5.5.2 no") == MailOutcome::transient);
  }
}

TEST_CASE("three connections cut in a row make the server away, whatever the reason is called") {
  Round round;
  REQUIRE(round.answered("Recv failure: Connection reset by peer") == MailOutcome::transient);
  REQUIRE(round.answered("response reading failed") == MailOutcome::transient);
  REQUIRE(round.answered("Send failure: Broken pipe") == MailOutcome::away);
}
