// A handler's participant over HTTP: what the core is told of each outcome.
#include "edge/participants/participant.h"

#include <memory>

#include "engine/runtime/parker.h"
#include "tests/unit/participants/support.h"

using namespace participants_test;
using Told = tape::Answer::Verdict;

namespace {

struct Bench {
  explicit Bench(const std::string& url)
      : inboxes(16, 1, {&parker, &parker, &parker, &parker, &parker}),
        participant(settings(url), inboxes.of(saga::HandlerId::payment)) {
    REQUIRE(participant.client.start().ok());
  }
  ~Bench() { participant.client.stop(engine::Duration::zero()); }

  /// The answer, when it is in the handler's inbox.
  std::unique_ptr<tape::Answer> ask(std::uint64_t id) {
    REQUIRE(
        participant.ask({.id = id, .turn = Turn::payment_charge, .key = "key", .body = "{}", .attempt = 1}));
    tape::Task task;
    while (inboxes.of(saga::HandlerId::payment).pop({&task, 1}) == 0) std::this_thread::yield();
    REQUIRE(task.kind == tape::TaskKind::answer);
    return std::unique_ptr<tape::Answer>(task.answer);
  }

  runtime::FutexParker parker;
  orders::Inboxes inboxes;
  HttpParticipant participant;
};

}  // namespace

TEST_CASE("what was decided comes into the handler's inbox with all that was said") {
  Peer peer(always(
      200, R"({"type":"PaymentNotAuthorized","reason":"no funds","reference":"pi_1","data":{"a":[1]}})"));
  Bench bench(peer.url());
  const auto answer = bench.ask(7);
  CHECK(answer->call == 7);
  CHECK(answer->verdict == Told::decided);
  CHECK(answer->kind == saga::EventKind::PaymentNotAuthorized);
  CHECK(answer->said.detail == "no funds");
  CHECK(answer->said.reference == "pi_1");
  CHECK(answer->said.data == R"({"a":[1]})");
  CHECK_FALSE(answer->leaves_unknown());
}

TEST_CASE("a parcel's number and carrier are handed on") {
  const tape::Answer answer = answer_of({.verdict = Verdict::decided,
                                         .decision = {.type = "ShippingConfirmed",
                                                      .reference = "",
                                                      .reason = "",
                                                      .tracking_number = "1Z",
                                                      .carrier = "post",
                                                      .data = ""}});
  CHECK(answer.kind == saga::EventKind::ShippingConfirmed);
  CHECK(answer.said.tracking_number == "1Z");
  CHECK(answer.said.carrier == "post");
}

TEST_CASE("later, not now, and what is no answer are told apart, and whether the effect may have happened") {
  struct Row {
    int status;
    std::string headers;
    Told verdict;
    bool unknown;
  };
  for (const Row& row : std::vector<Row>{{202, "", Told::later, true},
                                         {503, "Retry-After: 3\r\n", Told::not_now, true},
                                         {500, "", Told::not_this_time, true},
                                         {401, "", Told::not_this_time, true}}) {
    INFO(row.status);
    Peer peer(
        always(row.status,
               R"({"action":{"type":"redirect","url":"https://b.example"},"until":"2027-01-01T00:00:00Z"})",
               row.headers));
    Bench bench(peer.url());
    const auto answer = bench.ask(1);
    CHECK(answer->verdict == row.verdict);
    CHECK(answer->reach == Reach::answered);
    CHECK(answer->leaves_unknown() == row.unknown);
    CHECK(answer->retry_after.has_value() == !row.headers.empty());
    CHECK(answer->later.until.empty() == (row.status != 202));
    CHECK(answer->later.action.empty() == (row.status != 202));
    CHECK(answer->why.starts_with(std::to_string(row.status)) == (row.status != 202));
  }
}

TEST_CASE("nothing is unknown of one that was never reached") {
  std::string url;
  {
    Peer peer(always(200));
    url = peer.url();
  }
  Bench bench(url);
  const auto answer = bench.ask(1);
  CHECK(answer->verdict == Told::not_this_time);
  CHECK(answer->reach == Reach::never_reached);
  CHECK_FALSE(answer->leaves_unknown());
}
