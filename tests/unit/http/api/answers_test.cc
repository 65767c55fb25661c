#include "tests/unit/http/api/world.h"

using namespace tests;
using saga::EventKind;
using saga::State;

namespace {

saga::Outside all_outside() {
  saga::Outside outside;
  for (const auto handler : {saga::HandlerId::payment, saga::HandlerId::inventory, saga::HandlerId::shipping})
    outside.of(handler) = true;
  return outside;
}

http::Settings with_tokens() {
  http::Sha256 sha256;
  http::Settings settings;
  settings.tokens = {{.name = "shop", .sha256 = sha256.of("shop"), .orders = true},
                     {.name = "Ada", .sha256 = sha256.of("ada"), .admin = true},
                     {.name = "pay", .sha256 = sha256.of("pay"), .participant = saga::HandlerId::payment},
                     {.name = "ship", .sha256 = sha256.of("ship"), .participant = saga::HandlerId::shipping}};
  return settings;
}

/// An order whose payment, stock and parcel are somebody's outside.
struct Answers : World {
  explicit Answers(http::Settings with = {}, saga::Outside done_outside = all_outside())
      : World(std::move(with), true, done_outside) {
    buyer.send(post(keyboard, bearer("shop")));
    settle(buyer);
    record = arrival();
    REQUIRE(record != nullptr);
    id = record->order.id.str();
  }

  std::string bearer(const std::string& name) const {
    return settings.tokens.empty() ? "" : "Authorization: Bearer " + name + "\r\n";
  }
  std::string key(const std::string& turn) const { return R"("key":")" + id + "." + turn + R"(",)"; }

  void has(std::initializer_list<std::pair<EventKind, State>> steps) {
    for (const auto& [kind, state] : steps) step(*record, kind, state);
    settle(buyer);
  }
  /// The answer, or nothing yet.
  Reply say(const std::string& body, const std::string& by = "pay") {
    return ask(asker, post(body, bearer(by), "/v1/orders/" + id + "/answers"));
  }
  Reply reply() {
    settle(asker);
    return take_reply(asker.in);
  }
  /// What a handler was told.
  std::unique_ptr<tape::Answer> told(saga::HandlerId to = saga::HandlerId::payment) {
    tape::Task task;
    if (inboxes.of(to).pop({&task, 1}) != 1) return nullptr;
    REQUIRE(task.kind == tape::TaskKind::answer);
    record->pokes.fetch_sub(1);
    return std::unique_ptr<tape::Answer>(task.answer);
  }

  Client buyer{server.port()};
  Client asker{server.port()};
  tape::Record* record = nullptr;
  std::string id;
};

}  // namespace

TEST_CASE(
    "a participant's answer reaches its handler as it was said, and is answered when its event is acked") {
  Answers world;
  world.has({{EventKind::OrderPlaced, State::placed}});
  CHECK(world
            .say("{" + world.key("payment.charge") +
                 R"("type":"PaymentConfirmed","reference":"pi_1","data":{"n" :1e999}})")
            .status == 0);
  const auto told = world.told();
  REQUIRE(told != nullptr);
  CHECK(told->turn == saga::Turn::payment_charge);
  CHECK(told->kind == EventKind::PaymentConfirmed);
  CHECK(told->said.reference == "pi_1");
  CHECK(told->said.data == R"({"n" :1e999})");
  CHECK(told->said.by.empty());
  CHECK(world.reply().status == 0);
  world.has({{EventKind::PaymentConfirmed, State::paid}});
  const Reply taken = world.reply();
  CHECK(taken.status == 202);
  CHECK(taken.header("Location") == "/v1/orders/" + world.id);
  CHECK(taken.has(R"("status":"paid")"));

  const Reply again = world.say("{" + world.key("payment.charge") + R"("type":"PaymentConfirmed"})");
  CHECK(again.status == 200);
  const Reply other = world.say("{" + world.key("payment.charge") + R"("type":"PaymentNotAuthorized"})");
  CHECK(other.status == 409);
  CHECK(other.has(R"("type":"/problems/not-its-turn")"));
  CHECK(world.told() == nullptr);
}

TEST_CASE("a participant answers the calls of its own handler only, and always with their key") {
  Answers world{with_tokens()};
  world.has({{EventKind::OrderPlaced, State::placed}});
  const std::string charged = R"("type":"PaymentConfirmed"})";
  const std::string keyed = "{" + world.key("payment.charge") + charged;
  CHECK(world.say(keyed, "ship").status == 403);
  CHECK(world.say(keyed, "shop").status == 403);
  CHECK(world.say(keyed, "nobody").status == 401);
  const Reply without = world.say("{" + charged);
  CHECK(without.status == 422);
  CHECK(without.has(R"("pointer":"/key")"));
  CHECK(world.told() == nullptr);
  CHECK(world.say(keyed).status == 0);
  CHECK(world.told() != nullptr);
}

TEST_CASE("a person says how a parked order was settled, without a key, and is named") {
  Answers world{with_tokens()};
  world.has({{EventKind::OrderPlaced, State::placed},
             {EventKind::PaymentConfirmed, State::paid},
             {EventKind::InventoryInsufficient, State::refunding},
             {EventKind::OrderParked, State::parked_refunding}});
  const std::string settled = R"("type":"PaymentRefunded","reference":"bank transfer 77"})";
  CHECK(world.say("{" + world.key("payment.undo") + settled).status == 409);  // a participant: nobody asked
  CHECK(world.say("{" + settled, "ada").status == 0);
  const auto told = world.told();
  REQUIRE(told != nullptr);
  CHECK(told->turn == saga::Turn::payment_undo);
  CHECK(told->said.by == "Ada");
  CHECK(told->said.reference == "bank transfer 77");
  world.has({{EventKind::PaymentRefunded, State::cancelling}});
  CHECK(world.reply().status == 202);
}

TEST_CASE("who does the work himself is not answered for, and a mail is answered in its call") {
  Answers own{{}, {}};
  own.has({{EventKind::OrderPlaced, State::placed}});
  CHECK(own.say("{" + own.key("payment.charge") + R"("type":"PaymentConfirmed"})").status == 409);
  CHECK(own.told() == nullptr);

  Answers world;
  world.has({{EventKind::OrderPlaced, State::placed},
             {EventKind::PaymentConfirmed, State::paid},
             {EventKind::InventoryUpdated, State::reserved},
             {EventKind::ShippingConfirmed, State::shipped}});
  const Reply mail =
      world.say("{" + world.key("notification.send.shipping-confirmation") + R"("type":"NotificationSent"})");
  CHECK(mail.status == 409);
  CHECK(mail.has("comes again with the same key"));
}

TEST_CASE("an answer is read strictly, and what is wrong is pointed at") {
  Answers world;
  world.has({{EventKind::OrderPlaced, State::placed}});
  const std::string shipped = "{" + world.key("shipping.ship") + R"("type":"ShippingConfirmed")";
  const std::string charge = "{" + world.key("payment.charge");
  struct Case {
    std::string body;
    int status;
    std::string pointer;
  };
  for (const Case& wrong : std::initializer_list<Case>{
           {"", 400, ""},
           {"{", 400, ""},
           {"[]", 422, ""},
           {charge + R"("type":"PaymentConfirmed"} {})", 400, ""},
           {charge.substr(0, charge.size() - 1) + "}", 422, "/type"},
           {charge + R"("type":"PaymentConfirmed","type":"PaymentConfirmed"})", 400, "/type"},
           {charge + R"("type":"PaymentConfirmed","by":"me"})", 422, "/by"},
           {charge + R"("type":"OrderPlaced"})", 422, "/type"},
           {charge + R"("type":"ShippingFailed"})", 422, "/type"},
           {charge + R"("type":"PaymentConfirmed","reference":""})", 422, "/reference"},
           {charge + R"("type":"PaymentConfirmed","reference":7})", 422, "/reference"},
           {charge + R"("type":"PaymentNotAuthorized","reason":"a\nb"})", 422, "/reason"},
           {charge + R"("type":"PaymentConfirmed","data":[]})", 422, "/data"},
           {charge + R"("type":"PaymentConfirmed","data":{"a":")" + std::string(4096, 'a') + "\"}}", 422,
            "/data"},
           {shipped + "}", 422, "/trackingNumber"},
           {R"({"key":"payment.charge","type":"PaymentConfirmed"})", 422, "/key"},
           {"{" + world.key("payment.chargeback") + R"("type":"PaymentConfirmed"})", 422, "/key"},
           {R"({"key":"0190a1b2-0000-7000-8000-000000000001.payment.charge","type":"PaymentConfirmed"})", 422,
            "/key"}}) {
    INFO(wrong.body);
    const Reply reply = world.say(wrong.body);
    CHECK(reply.status == wrong.status);
    if (!wrong.pointer.empty()) CHECK(reply.has(R"("pointer":")" + wrong.pointer + "\""));
  }
  CHECK(world.told() == nullptr);
  CHECK(world
            .ask("POST /v1/orders/" + world.id +
                 "/answers HTTP/1.1\r\nHost: shop\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}")
            .status == 415);
  CHECK(world.ask(post(shipped + "}", "", "/v1/orders/no-id/answers")).status == 404);
}
