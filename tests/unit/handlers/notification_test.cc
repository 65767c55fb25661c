#include "handlers/notification.h"

#include <vector>

#include "tests/catch.h"
#include "tests/make_order.h"

using namespace std::chrono_literals;
using handlers::Outcome;
using saga::EventKind;
using tape::MailOutcome;

namespace {

struct Counted final : engine::Mailer {
  void submit(const engine::Mail&) override { ++mails; }
  int mails = 0;
};

struct Desk {
  Desk() {
    record->state = saga::State::shipped;
    record->step_since = opened;
  }
  ~Desk() { tape::Record::destroy(record); }

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
  handlers::NotificationHandler handler{mailer, {.backoff = 1s, .backoff_max = 8s, .deadline = 1h}, backlog};
};

bool is(const Outcome& outcome, EventKind kind) {
  return outcome.kind == Outcome::Kind::happened && outcome.decision.kind == kind;
}

}  // namespace

TEST_CASE("a mail that may be tried again is given back with its time, later from attempt to attempt") {
  Desk desk;
  engine::Duration longest{};
  for (int attempt = 1; attempt <= 6; ++attempt) {
    const engine::Duration full = std::min<engine::Duration>(1s * (1 << (attempt - 1)), 8s);
    REQUIRE(desk.result(MailOutcome::transient, desk.opened).kind == Outcome::Kind::pending);
    REQUIRE(desk.given_back());
    const engine::Duration wait = desk.record->mail_due - desk.opened;
    REQUIRE(wait >= full / 2);
    REQUIRE(wait <= full);
    longest = std::max(longest, wait);
  }
  REQUIRE(longest > 4s);
  REQUIRE(desk.record->attempts == 6);
}

TEST_CASE("after the deadline, whatever time its event shows, a mail has failed") {
  Desk desk;
  SECTION("an hour ago") { desk.record->last_at = desk.opened - 1h; }
  SECTION("in an hour") { desk.record->last_at = desk.opened + 1h; }
  const engine::Time end = desk.opened + 1h;
  REQUIRE(desk.result(MailOutcome::transient, end - 1ms).kind == Outcome::Kind::pending);
  REQUIRE(desk.record->mail_due == end);  // one last attempt
  const Outcome last = desk.result(MailOutcome::transient, end);
  REQUIRE(is(last, EventKind::NotificationFailed));
  REQUIRE(last.decision.reason == saga::Reason::mail_refused);
}

TEST_CASE("a server that is away is nobody's attempt; all wait for it together") {
  Desk desk;
  REQUIRE(desk.result(MailOutcome::away, desk.opened).kind == Outcome::Kind::pending);
  const engine::Time first = desk.record->mail_due;
  REQUIRE(first - desk.opened <= 1s);
  REQUIRE(desk.result(MailOutcome::away, desk.opened + 1ms).kind == Outcome::Kind::pending);
  REQUIRE(desk.record->mail_due == first);
  REQUIRE(desk.result(MailOutcome::away, first).kind == Outcome::Kind::pending);
  REQUIRE(desk.record->mail_due - first >= 1s);  // the second time, between half and all of two seconds
  REQUIRE(desk.record->attempts == 0);

  // At its deadline it is not tried any more while nobody is there.
  REQUIRE(is(desk.submit(desk.opened + 1h), EventKind::NotificationFailed));
  REQUIRE(desk.mailer.mails == 0);
  REQUIRE(desk.result(MailOutcome::sent, desk.opened + 1h).kind == Outcome::Kind::happened);
  REQUIRE(desk.submit(desk.opened + 1h).kind == Outcome::Kind::pending);
  REQUIRE(desk.mailer.mails == 1);
}

TEST_CASE("an answer that never came is asked for once more, and then believed") {
  Desk desk;
  REQUIRE(desk.result(MailOutcome::unknown, desk.opened).kind == Outcome::Kind::pending);
  REQUIRE(desk.given_back());
  REQUIRE(is(desk.result(MailOutcome::unknown, desk.opened), EventKind::NotificationSent));
  REQUIRE_FALSE(desk.given_back());
}
