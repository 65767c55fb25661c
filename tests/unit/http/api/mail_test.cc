#include "tests/unit/http/api/world.h"
#include "tests/world/make_order.h"

using namespace tests;
using saga::EventKind;
using saga::State;

namespace {

std::string ask_for_mail(const std::string& id) {
  return "POST /v1/orders/" + id + "/mail HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n";
}

/// A world with one order, and a client that wants its mail again.
struct Mailing : World {
  Mailing() {
    buyer.send(post(keyboard));
    settle(buyer);
    record = arrival();
    REQUIRE(record != nullptr);
    id = record->order.id.str();
  }
  /// Completed, its record still there.
  void complete() {
    for (const auto& [kind, state] : {std::pair{EventKind::OrderPlaced, State::placed},
                                      std::pair{EventKind::PaymentConfirmed, State::paid},
                                      std::pair{EventKind::InventoryUpdated, State::reserved},
                                      std::pair{EventKind::ShippingConfirmed, State::shipped},
                                      std::pair{EventKind::NotificationSent, State::completed}})
      step(*record, kind, state);
    settle(buyer);
    codec::render_document(*record, document);
  }
  void gone() { orders.finish(*record, document); }
  /// What notification got; nullptr: nothing.
  tape::Record* asked() {
    tape::Task task;
    const bool got = inboxes.of(saga::HandlerId::notification).pop({&task, 1}) == 1;
    if (got) CHECK(task.kind == tape::TaskKind::arrival);
    return got ? task.record : nullptr;
  }
  /// Admission has taken the room.
  void requested(tape::Record& again) {
    tape.room().give(1);
    step(again, EventKind::MailRequested, State::completed_mailing);
  }
  void send() {
    asker.send(ask_for_mail(id));
    settle(asker);
  }
  Reply reply() {
    settle(asker);
    return take_reply(asker.in);
  }

  Client buyer{server.port()};
  Client asker{server.port()};
  tape::Record* record = nullptr;
  std::string id, document;
};

}  // namespace

TEST_CASE("a mail is sent again: 202 when MailRequested is acked and not before, once however often asked") {
  Mailing world;
  world.complete();
  world.gone();
  world.send();
  CHECK(world.reply().status == 0);
  tape::Record* const again = world.asked();
  REQUIRE(again != nullptr);
  CHECK(again->mail_by.empty());
  Client other{world.server.port()};
  other.send(ask_for_mail(world.id));
  world.settle(other);
  CHECK(world.asked() == nullptr);
  world.requested(*again);
  const Reply reply = world.reply();
  CHECK(reply.status == 202);
  CHECK(reply.header("Location") == "/v1/orders/" + world.id);
  CHECK(reply.body.find(R"("status":"completed")") != std::string::npos);
  world.settle(other);
  CHECK(take_reply(other.in).status == 202);
  world.send();  // it is under way
  CHECK(world.reply().status == 202);
  CHECK(world.asked() == nullptr);
}

TEST_CASE("before its first mail an order has none to send again") {
  Mailing world;
  world.send();
  CHECK(world.reply().status == 503);  // nothing of it is acked
  world.placed(*world.record);
  world.settle(world.buyer);
  world.send();
  const Reply reply = world.reply();
  CHECK(reply.status == 409);
  CHECK(reply.body.find("no-mail-yet") != std::string::npos);
}

TEST_CASE("an order that has only just ended is waited for until the store has it") {
  Mailing world;
  world.complete();
  world.send();
  Client other{world.server.port()};
  other.send(ask_for_mail(world.id));
  world.settle(other);
  CHECK(world.reply().status == 0);
  CHECK(world.store.asked.empty());
  SECTION("it gets it") {
    world.gone();
    tape::Record* const again = world.asked();
    REQUIRE(again != nullptr);
    CHECK(world.asked() == nullptr);
    world.requested(*again);
    CHECK(world.reply().status == 202);
    world.settle(other);
    CHECK(take_reply(other.in).status == 202);
  }
  SECTION("it does not get it in time") {
    world.advance(world.settings.lookup_deadline + 1ms);
    CHECK(world.reply().status == 503);
    world.gone();
    CHECK(world.asked() == nullptr);
  }
}

TEST_CASE("another mail, however it goes, changes neither status nor reason of the order in GET") {
  Mailing world;
  world.complete();
  world.gone();
  const auto shown = [&] {
    const std::string body = world.ask("GET /v1/orders/" + world.id + " HTTP/1.1\r\nHost: shop\r\n\r\n").body;
    return body.substr(0, body.find(R"("steps":)"));
  };
  const std::string before = shown();
  REQUIRE(before.find(R"("status":"completed")") != std::string::npos);
  REQUIRE(before.find(R"("reason")") == std::string::npos);
  world.send();
  tape::Record* const again = world.asked();
  REQUIRE(again != nullptr);
  CHECK(shown() == before);
  world.requested(*again);
  CHECK(shown() == before);
  world.step(*again, EventKind::NotificationFailed, State::completed, saga::Reason::mail_refused);
  CHECK(shown() == before);
  world.finish(*again);
  CHECK(shown() == before);
}

TEST_CASE(
    "an order that only Redis has is looked up; one that nobody has is 404, and while Redis is away 503") {
  Mailing world;
  world.complete();
  const std::string unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
  world.asker.send(ask_for_mail(unknown));
  world.settle(world.asker);
  world.store.answer();
  CHECK(world.reply().status == 404);

  std::string kept = world.document;
  kept.replace(kept.find(world.id), unknown.size(), unknown);
  world.store.documents[*saga::OrderId::parse(unknown)] = kept;
  world.asker.send(ask_for_mail(unknown));
  world.settle(world.asker);
  world.store.answer();
  tape::Record* const again = world.asked();
  REQUIRE(again != nullptr);
  CHECK(again->order.id.str() == unknown);
  world.requested(*again);
  CHECK(world.reply().status == 202);

  world.store.up = false;
  world.asker.send(ask_for_mail("01890a5d-ac96-774b-bcce-b302099a8058"));
  CHECK(world.reply().status == 503);
  CHECK(
      world.ask("POST /v1/orders/nonsense/mail HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n").status ==
      404);
}

TEST_CASE(
    "an intake that is closed takes no mail either, and an ack that does not come is an unknown outcome") {
  Mailing world;
  world.complete();
  world.gone();
  world.orders.close_intake();
  world.send();
  CHECK(world.reply().status == 503);
  world.orders.open_intake();
  world.send();
  REQUIRE(world.asked() != nullptr);
  world.advance(world.settings.ack_deadline + 1ms);
  const Reply reply = world.reply();
  CHECK(reply.status == 504);
  CHECK(reply.body.find("outcome-unknown") != std::string::npos);
}

TEST_CASE(
    "an order's mails are rendered from memory and from its document, and are 404 of none and 503 of an "
    "unacked") {
  Mailing world;
  const auto mails = [&](const std::string& id) {
    world.asker.send("GET /v1/orders/" + id + "/mails HTTP/1.1\r\nHost: shop\r\n\r\n");
    world.settle(world.asker);
    world.store.answer();
    return world.reply();
  };
  CHECK(mails(world.id).status == 503);  // nothing of it is acked
  world.complete();
  const std::string said = R"({"data":[")" + world.id + R"(",5]})";
  CHECK(mails(world.id).body == said);
  world.gone();
  CHECK(mails(world.id).body == said);
  const saga::OrderId other = tests::order_id(7);
  world.store.documents[other] = world.document;
  CHECK(mails(other.str()).body == said);
  world.store.documents[other] = "no document";
  CHECK(mails(other.str()).status == 503);
  CHECK(mails(tests::order_id(8).str()).status == 404);
  CHECK(mails("7").status == 404);
  world.store.up = false;
  CHECK(mails(other.str()).status == 503);
}
