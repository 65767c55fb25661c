// What an answer means: the contract's table, row by row.
#include "edge/participants/answer.h"

#include "tests/catch.h"

using namespace participants;

namespace {

Outcome judged(int status, std::string_view body = "", Turn turn = Turn::payment_charge) {
  return judge(turn, {status, 0, body, false});
}
Outcome said(std::string_view body, Turn turn = Turn::payment_charge) { return judged(200, body, turn); }

}  // namespace

TEST_CASE("a 200 with an event of the turn is decided") {
  const Outcome outcome = said(R"( {"type":"PaymentConfirmed","reference":"pi_1","data":{"a":[1.10,"x"]} }
)");
  CHECK(outcome.verdict == Verdict::decided);
  CHECK(outcome.reach == Reach::answered);
  CHECK(outcome.decision.type == "PaymentConfirmed");
  CHECK(outcome.decision.reference == "pi_1");
  CHECK(outcome.decision.data == R"({"a":[1.10,"x"]})");
  CHECK_FALSE(outcome.leaves_unknown());
  const Outcome shipped =
      said(R"({"type":"ShippingConfirmed","trackingNumber":"1Z","carrier":"ÖPNV"})", Turn::shipping_ship);
  CHECK(shipped.decision.tracking_number == "1Z");
  CHECK(shipped.decision.carrier == "ÖPNV");
  CHECK(said(R"({"type":"PaymentNotAuthorized","reason":"no funds"})").decision.reason == "no funds");
}

TEST_CASE("each turn has its answers, and takes no other turn's") {
  const std::vector<std::string> types{"PaymentConfirmed",  "PaymentNotAuthorized",
                                       "PaymentCaptured",   "PaymentRefunded",
                                       "InventoryUpdated",  "InventoryInsufficient",
                                       "InventoryReleased", "ShippingConfirmed",
                                       "ShippingFailed",    "ShippingRecalled",
                                       "NotificationSent",  "NotificationFailed",
                                       "OrderPlaced",       "Unheard"};
  for (std::size_t i = 0; i < saga::turns; ++i) {
    const Turn turn = static_cast<Turn>(i);
    CHECK(saga::find_turn(name(turn)) == turn);
    for (const std::string& type : types) {
      const auto allowed = answers(turn);
      const bool fits = std::any_of(allowed.begin(), allowed.end(),
                                    [&](saga::EventKind kind) { return saga::name(kind) == type; });
      const Outcome outcome = said(R"({"trackingNumber":"1Z","type":")" + type + "\"}", turn);
      CHECK((outcome.verdict == Verdict::decided) == fits);
      CHECK(outcome.leaves_unknown() == !fits);
    }
  }
  CHECK_FALSE(saga::find_turn("payment"));
}

TEST_CASE("a 200 that is not as the contract has it is no answer") {
  const std::string long_data = R"({"a":")" + std::string(data_bytes_max - 8, 'x') + "\"}";
  CHECK(said(R"({"type":"PaymentConfirmed","data":)" + long_data + "}").decision.data == long_data);
  const std::string too_long = R"({"a":")" + std::string(data_bytes_max - 7, 'x') + "\"}";
  for (const std::string& body :
       {std::string(""), std::string("ok"), std::string("[]"), std::string("{}"),
        std::string("\"PaymentConfirmed\""), std::string(R"({"type":"PaymentConfirmed"} {})"),
        std::string(R"({"type":"PaymentConfirmed")"),
        std::string(R"({"type":"PaymentConfirmed","type":"PaymentNotAuthorized"})"),
        std::string(R"({"type":"PaymentConfirmed","refrence":"pi_1"})"),
        std::string(R"({"type":"PaymentConfirmed","reference":7})"),
        std::string(R"({"type":"PaymentConfirmed","reference":""})"),
        std::string("{\"type\":\"PaymentConfirmed\",\"reference\":\"a\\nb\"}"),
        std::string(R"({"type":"PaymentConfirmed","reference":")") + std::string(256, 'x') + "\"}",
        std::string(R"({"type":"PaymentConfirmed","data":[]})"),
        std::string(R"({"type":"PaymentConfirmed","data":{},"data":{}})"),
        std::string(R"({"type":"PaymentConfirmed","data":{"a":tru}})"),
        std::string("{\"type\":\"PaymentConfirmed\",\"reference\":\"\xff\"}"),
        R"({"type":"PaymentConfirmed","data":)" + too_long + "}"}) {
    INFO(body);
    const Outcome outcome = said(body);
    CHECK(outcome.verdict == Verdict::not_this_time);
    CHECK(outcome.reach == Reach::answered);
    CHECK(outcome.leaves_unknown());
    CHECK(outcome.decision.type.empty());
    CHECK(outcome.detail.starts_with("200 with an answer that is none, "));
  }
  CHECK(said(R"({"type":"ShippingConfirmed"})", Turn::shipping_ship).verdict == Verdict::not_this_time);
  CHECK(judge(Turn::payment_charge, {200, 0, R"({"type":"PaymentConfirmed"})", true}).verdict ==
        Verdict::not_this_time);
}

TEST_CASE("a 202 is later, whatever its body") {
  const Outcome outcome = judged(
      202,
      R"({"action":{"type":"redirect","url":"https://bank.example/3ds"},"until":"2026-01-02T03:04:05Z"})");
  CHECK(outcome.verdict == Verdict::later);
  CHECK(outcome.leaves_unknown());
  CHECK(outcome.waiting.action == R"({"type":"redirect","url":"https://bank.example/3ds"})");
  CHECK(outcome.waiting.until == "2026-01-02T03:04:05Z");
  for (const char* body :
       {"", "accepted", "{}", R"({"action":{"type":"redirect"}})", R"({"action":"x","until":"tomorrow"})",
        "{\"action\":{\"type\":\"redirect\",\"url\":\"javascript:alert(1)\"}}",
        R"({"until":"2026-01-02T03:04:05Z<"})"}) {
    INFO(body);
    const Outcome bare = judged(202, body);
    CHECK(bare.verdict == Verdict::later);
    CHECK(bare.waiting.action.empty());
    CHECK(bare.waiting.until.empty());
  }
}

TEST_CASE("every status has its meaning") {
  for (int status = 201; status < 600; ++status) {
    if (status == 202) continue;
    const bool now_not = status == 409 || status == 425 || status == 429 || status == 503;
    const bool to_mend = status >= 300 && status < 500 && !now_not;
    const Outcome outcome = judged(status, "why\n\x01");
    CHECK(outcome.verdict == (now_not   ? Verdict::not_now
                              : to_mend ? Verdict::ours_to_mend
                                        : Verdict::not_this_time));
    CHECK(outcome.status == status);
    CHECK(outcome.leaves_unknown());
    CHECK(outcome.detail == std::to_string(status) + ": why ?");
  }
  CHECK(judged(400, std::string(300, 'x')).detail == "400: " + std::string(200, 'x'));
}

TEST_CASE("a Retry-After is heard within reason") {
  CHECK_FALSE(judged(503).retry_after);
  CHECK(judge(Turn::payment_charge, {503, 7, "", false}).retry_after == std::chrono::seconds{7});
  CHECK_FALSE(judge(Turn::payment_charge, {503, -7, "", false}).retry_after);
  CHECK(judge(Turn::payment_charge, {202, INT64_MAX, "", false}).retry_after == retry_after_max);
}
