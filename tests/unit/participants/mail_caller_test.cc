// The mailer that calls a participant: its keys, and what each answer comes to.
#include "edge/participants/mail_caller.h"

#include <memory>

#include "engine/runtime/parker.h"
#include "engine/tape/advance.h"
#include "tests/unit/participants/support.h"
#include "tests/world/make_order.h"

using namespace participants_test;
using tape::MailOutcome;

namespace {

/// An order that has been shipped, the mailer, and notification's inbox.
struct Bench {
  explicit Bench(const std::string& url)
      : inboxes(16, MailCaller::producers, {&parker, &parker, &parker, &parker, &parker}),
        record(tape::Record::create(tests::make_order(1).order)),
        mailer(settings(url), events, inboxes.of(saga::HandlerId::notification)) {
    take_step(*record, saga::EventKind::OrderPlaced, saga::State::placed, saga::Reason::none, {});
    take_step(*record, saga::EventKind::ShippingConfirmed, saga::State::shipped, saga::Reason::none, {});
    REQUIRE(mailer.client.start().ok());
  }
  ~Bench() {
    mailer.client.stop(engine::Duration::zero());
    tape::Record::destroy(record);
  }
  /// Its result, when it has come.
  MailOutcome sent(std::uint32_t again = 0) {
    mailer.submit({.record = record, .what = saga::MailTemplate::shipping_confirmation, .again = again});
    tape::Task task;
    while (inboxes.of(saga::HandlerId::notification).pop({&task, 1}) == 0) std::this_thread::yield();
    REQUIRE(task.kind == tape::TaskKind::mail_result);
    REQUIRE(task.record == record);
    return static_cast<MailOutcome>(task.code);
  }

  runtime::FutexParker parker;
  orders::Inboxes inboxes;
  const codec::CloudEvents events{{}};
  tape::Record* const record;
  MailCaller mailer;
};

}  // namespace

TEST_CASE("a mail is a call under its own key, and another mail has another") {
  std::vector<Request> seen;
  Peer peer([&](Connection& connection) {
    while (auto request = connection.request()) {
      seen.push_back(*request);
      connection.answer(200, R"({"type":"NotificationSent"})");
    }
  });
  Bench bench(peer.url());
  CHECK(bench.sent() == MailOutcome::sent);
  CHECK(bench.sent(7) == MailOutcome::sent);
  CHECK(bench.record->mail_answer.empty());
  const std::string key = bench.record->order.id.str() + ".notification.send.shipping-confirmation";
  CHECK(seen[0].value("Idempotency-Key") == key);
  CHECK(seen[1].value("Idempotency-Key") == key + ".7");
  CHECK(seen[0].value("Saga-Attempt") == "1");
  CHECK(seen[0].body == bench.events.render_turn(*bench.record));
  CHECK(seen[0].body.find(R"("turn":"notification.send")") != std::string::npos);
}

TEST_CASE("what a mail's answer comes to") {
  struct Row {
    int status;
    std::string body;
    MailOutcome outcome;
    std::string why;
  };
  for (const Row& row :
       std::vector<Row>{{200, R"({"type":"NotificationFailed","reason":"no such box"})", MailOutcome::refused,
                         "no such box"},
                        {200, "ok", MailOutcome::transient, "200 with an answer that is none, "},
                        {202, "", MailOutcome::later, "202: later"},
                        {503, "full", MailOutcome::transient, "503: full"},
                        {500, "oh", MailOutcome::transient, "500: oh"},
                        {401, "who", MailOutcome::away, "401: who"}}) {
    Peer peer(always(row.status, row.body));
    Bench bench(peer.url());
    INFO(row.status);
    CHECK(bench.sent() == row.outcome);
    CHECK(bench.record->mail_answer.starts_with(row.why));
  }
}

TEST_CASE("one that is not there is away, and no mail has failed") {
  std::string url;
  {
    Peer peer(always(200));
    url = peer.url();
  }
  Bench bench(url);
  CHECK(bench.sent() == MailOutcome::away);
  CHECK_FALSE(bench.record->mail_answer.empty());
}

TEST_CASE("what is said with a mail is kept for its event") {
  Peer peer(always(200, R"({"type":"NotificationSent","reference":"m-1","data":{"channel":"sms"}})"));
  Bench bench(peer.url());
  CHECK(bench.sent() == MailOutcome::sent);
  const tape::AnswerData* const said = bench.record->said_with(saga::EventKind::NotificationSent);
  REQUIRE(said != nullptr);
  CHECK(said->reference == "m-1");
  CHECK(said->data == R"({"channel":"sms"})");
}

TEST_CASE("each call of a mail has its number, and Retry-After is heard") {
  std::vector<std::string> attempts;
  Peer peer([&](Connection& connection) {
    while (auto request = connection.request()) {
      attempts.push_back(request->value("Saga-Attempt"));
      connection.answer(attempts.size() == 1 ? 202 : 401, "", "Retry-After: 7\r\n");
    }
  });
  Bench bench(peer.url());
  CHECK(bench.sent() == MailOutcome::later);
  CHECK(bench.record->mail_pause == std::chrono::seconds{7});
  CHECK(bench.sent() == MailOutcome::away);
  CHECK(bench.sent() == MailOutcome::away);
  CHECK(attempts == std::vector<std::string>{"1", "2", "3"});
}
