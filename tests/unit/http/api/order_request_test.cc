#include "tests/unit/http/api/world.h"

using namespace tests;
using saga::EventKind;
using saga::State;

namespace {

std::string ask_for(const std::string& id, const std::string& what) {
  return "POST /v1/orders/" + id + "/" + what + " HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n";
}

/// A world with one order, and a client that says what it wants of it.
struct WithOrder : World {
  WithOrder() {
    buyer.send(post(keyboard));
    settle(buyer);
    record = arrival();
    REQUIRE(record != nullptr);
    id = record->order.id.str();
  }

  void has(std::initializer_list<std::pair<EventKind, State>> steps) {
    for (const auto& [kind, state] : steps) step(*record, kind, state);
    settle(buyer);
  }
  void park() {
    has({{EventKind::OrderPlaced, State::placed},
         {EventKind::PaymentConfirmed, State::paid},
         {EventKind::InventoryInsufficient, State::refunding},
         {EventKind::OrderParked, State::parked_refunding}});
  }
  /// Payment and shipping take their pokes.
  int pokes_taken() {
    int taken = 0;
    for (const saga::HandlerId to : {saga::HandlerId::payment, saga::HandlerId::shipping}) {
      tape::Task task;
      while (inboxes.of(to).pop({&task, 1}) == 1) {
        CHECK(task.kind == tape::TaskKind::poke);
        task.record->pokes.fetch_sub(1);
        ++taken;
      }
    }
    return taken;
  }
  void send(const std::string& what) {
    asker.send(ask_for(id, what));
    settle(asker);
  }
  Reply reply() {
    settle(asker);
    return take_reply(asker.in);
  }

  Client buyer{server.port()};
  Client asker{server.port()};
  tape::Record* record = nullptr;
  std::string id;
};

}  // namespace

TEST_CASE("a cancel is passed on, and answered when the order has turned round and not before") {
  WithOrder world;
  world.has({{EventKind::OrderPlaced, State::placed}, {EventKind::PaymentConfirmed, State::paid}});
  world.send("cancel");
  CHECK(world.asker.in.empty());
  CHECK(world.record->requested(tape::OrderRequest::cancel));
  CHECK(world.pokes_taken() == 2);
  world.has({{EventKind::InventoryUpdated, State::reserved}});
  CHECK(world.reply().status == 0);
  world.has({{EventKind::OrderCancelRequested, State::releasing}});
  const Reply reply = world.reply();
  CHECK(reply.status == 202);
  CHECK(reply.header("Location") == "/v1/orders/" + world.id);
  CHECK(reply.body == R"({"orderId":")" + world.id +
                          R"(","status":"releasing","links":{"self":"/v1/orders/)" + world.id + R"("}})");

  world.send("cancel");  // again: nothing new is asked
  CHECK(world.reply().status == 202);
  CHECK(world.pokes_taken() == 0);
}

TEST_CASE(
    "what is asked of an order is asked by the name of the token, of a mail's too; without tokens by "
    "nobody's") {
  http::Sha256 sha256;
  http::Settings settings;
  settings.tokens = {{.name = "desk", .sha256 = sha256.of("secret"), .orders = true, .admin = true}};
  World world{settings};
  const std::string bearer = "Authorization: Bearer secret\r\n";
  Client client{world.server.port()};
  client.send(post(keyboard, bearer));
  world.settle(client);
  tape::Record* const record = world.arrival();
  REQUIRE(record != nullptr);
  const std::string path = "/v1/orders/" + record->order.id.str();
  Client asker{world.server.port()};
  asker.send(post("", bearer, path + "/cancel"));
  world.settle(asker);
  CHECK(record->cancel_by == "desk");

  WithOrder nameless;
  nameless.send("cancel");
  CHECK(nameless.record->requested(tape::OrderRequest::cancel));
  CHECK(nameless.record->cancel_by.empty());
}

TEST_CASE("a cancel before anything of the order is acked waits like any other") {
  WithOrder world;
  world.send("cancel");
  CHECK(world.record->requested(tape::OrderRequest::cancel));
  world.has({{EventKind::OrderPlaced, State::placed}});
  CHECK(world.reply().status == 0);
  world.has({{EventKind::PaymentNotAuthorized, State::cancelling}});  // it goes back for another reason
  CHECK(world.reply().status == 202);
}

TEST_CASE("a shipment that is acked first wins") {
  WithOrder world;
  world.has({{EventKind::OrderPlaced, State::placed},
             {EventKind::PaymentConfirmed, State::paid},
             {EventKind::InventoryUpdated, State::reserved}});
  world.send("cancel");
  Client second{world.server.port()};
  second.send(ask_for(world.id, "cancel"));
  world.settle(second);
  world.has({{EventKind::ShippingConfirmed, State::shipped}});
  const Reply reply = world.reply();
  CHECK(reply.status == 409);
  CHECK(reply.has(R"("type":"/problems/already-shipped","title":"The order is shipped")"));
  CHECK(reply.has(R"("orderId":")" + world.id));
  world.settle(second);
  CHECK(take_reply(second.in).status == 409);

  world.send("cancel");
  CHECK(world.reply().status == 409);
  world.has({{EventKind::NotificationSent, State::completed}});
  world.send("cancel");
  CHECK(world.reply().status == 409);
  world.finish(*world.record);
  world.send("cancel");
  CHECK(world.reply().status == 409);
}

TEST_CASE("a parked order is sent on, once, and answered at OrderResumed") {
  WithOrder world;
  world.park();
  CHECK(world.ask(get("/v1/orders?status=parked")).has(world.id));
  world.send("cancel");  // it goes back already
  CHECK(world.reply().status == 202);
  CHECK(world.pokes_taken() == 0);
  world.send("retry");
  CHECK(world.record->requested(tape::OrderRequest::retry));
  CHECK(world.pokes_taken() == 2);
  CHECK(world.reply().status == 0);
  world.has({{EventKind::OrderResumed, State::refunding}});
  const Reply reply = world.reply();
  CHECK(reply.status == 202);
  CHECK(reply.has(R"("status":"refunding")"));
  world.send("retry");
  const Reply late = world.reply();
  CHECK(late.status == 409);
  CHECK(late.has(R"("type":"/problems/not-parked")"));
}

TEST_CASE("only what is parked is sent on; of what is not acked nothing can be said yet") {
  WithOrder world;
  world.send("retry");
  const Reply early = world.reply();
  CHECK(early.status == 503);
  CHECK(early.has("The outcome is not known"));
  world.has({{EventKind::OrderPlaced, State::placed}});
  world.send("retry");
  CHECK(world.reply().status == 409);
  CHECK(world.pokes_taken() == 0);
}

TEST_CASE("an order that is being asked something else: 503, nothing was passed on") {
  WithOrder world;
  world.has({{EventKind::OrderPlaced, State::placed}});
  world.send("cancel");
  world.has({{EventKind::OrderCancelRequested, State::refunding},
             {EventKind::OrderParked, State::parked_refunding}});
  CHECK(world.reply().status == 202);
  world.send("retry");  // the pokes of the cancel were not taken yet
  const Reply busy = world.reply();
  CHECK(busy.status == 503);
  CHECK(busy.header("Retry-After") == "1");
  CHECK_FALSE(world.record->requested(tape::OrderRequest::retry));
}

TEST_CASE("a request unanswered at the ack deadline, or by an engine that was replaced: outcome unknown") {
  WithOrder world;
  world.has({{EventKind::OrderPlaced, State::placed}});
  world.send("cancel");
  world.advance(29s);
  CHECK(world.reply().status == 0);
  world.advance(2s);
  const Reply late = world.reply();
  CHECK(late.status == 504);
  CHECK(late.has(R"("type":"/problems/outcome-unknown")"));
  CHECK(late.has(R"("orderId":")" + world.id));
  CHECK(late.header("Location") == "/v1/orders/" + world.id);

  world.send("cancel");
  Client searching{world.server.port()};
  searching.send(ask_for(saga::OrderId{}.str(), "cancel"));
  world.settle(searching);
  world.server.answer_unknown();
  CHECK(world.reply().status == 504);
  world.settle(searching);
  CHECK(take_reply(searching.in).status == 503);
  world.has({{EventKind::OrderCancelRequested, State::cancelling}});
  CHECK(world.reply().status == 0);
}

TEST_CASE("a client that goes away while it waits for its cancel is forgotten") {
  WithOrder world;
  world.has({{EventKind::OrderPlaced, State::placed}});
  auto gone = std::make_unique<Client>(world.server.port());
  gone->send(ask_for(world.id, "cancel"));
  world.settle(*gone);
  CHECK(world.server.open_requests() == 1);
  gone->give_up();
  gone.reset();
  world.settle(world.buyer);
  CHECK(world.server.open_requests() == 0);
  world.has({{EventKind::OrderCancelRequested, State::cancelling}});
  CHECK(world.ask(get("/v1/orders/" + world.id)).has(R"("status":"cancelling")"));
}

TEST_CASE("what is not in memory is answered from Redis") {
  World world;
  Client client{world.server.port()};
  const std::string id = "01890a5d-ac96-774b-bcce-b302099a8057";
  const auto answer = [&](const std::string& what, std::string_view status) {
    world.store.documents.clear();
    if (!status.empty())
      world.store.documents[*saga::OrderId::parse(id)] =
          R"({"orderId":"11111111-2222-4333-8444-555555555555","status":")" + std::string{status} +
          R"(","steps":[]})";
    client.send(ask_for(id, what));
    world.settle(client);
    CHECK(client.in.empty());
    world.store.answer();
    world.settle(client);
    return take_reply(client.in).status;
  };
  CHECK(answer("cancel", "") == 404);
  CHECK(answer("cancel", "completed") == 409);
  CHECK(answer("cancel", "shipped") == 409);
  CHECK(answer("cancel", "cancelled") == 202);
  CHECK(answer("cancel", "cancelling") == 202);
  CHECK(answer("cancel", "reserved") == 503);  // left by another engine
  CHECK(answer("cancel", "nonsense") == 503);
  CHECK(answer("retry", "cancelled") == 409);
  CHECK(answer("retry", "parked") == 503);
  CHECK(answer("retry", "") == 404);

  client.send(ask_for(id, "cancel"));
  world.settle(client);
  world.advance(6s);
  world.settle(client);
  CHECK(take_reply(client.in).status == 503);
  world.store.up = false;
  CHECK(world.ask(client, ask_for(id, "cancel")).status == 503);
  CHECK(world.ask(client, ask_for("no-id", "cancel")).status == 404);
}

TEST_CASE("an order that waits for another attempt says so, and is found") {
  WithOrder world;
  world.has({{EventKind::OrderPlaced, State::placed}});
  CHECK_FALSE(world.ask(get("/v1/orders/" + world.id)).has("retrying"));
  CHECK_FALSE(world.ask(get("/v1/orders?status=retrying")).has(world.id));
  world.record->attempts = 3;  // as payment's stage does it
  CHECK_FALSE(world.ask(get("/v1/orders/" + world.id)).has("retrying"));
  world.record->kept_by = saga::HandlerId::payment;
  const std::string shown = R"(],"retrying":{"handler":"payment","attempts":3}})";
  CHECK(world.ask(get("/v1/orders/" + world.id)).body.ends_with(shown));
  CHECK(world.ask(get("/v1/orders?status=retrying")).has(shown));
  CHECK(world.ask(get("/v1/orders?status=placed")).has(shown));
  CHECK_FALSE(world.ask(get("/v1/orders?status=paid")).has(world.id));
}
