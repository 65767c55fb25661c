// The listing of orders that are spilled: their documents come from Redis, the page when all are there.
#include "tests/catch.h"
#include "tests/unit/http/api/world.h"
#include "tests/world/make_order.h"

using tests::Client;
using tests::get;
using tests::Reply;
using tests::take_reply;
using tests::World;

namespace {

struct Listing {
  /// Three orders; the first and the last wait for their mail.
  Listing() {
    for (int i = 0; i < 3; ++i) {
      client.send(tests::post(R"({"userId":"u","userEmail":"you+)" + std::to_string(i % 2) +
                              R"(@example.com","item":"cup","amount":1,"reference":"R \")" +
                              std::to_string(i) + R"(","metadata":{"reference":"R 9"}})"));
      world.settle(client);
      tape::Record* const record = world.arrival();
      ids.push_back(record->order.id);
      world.placed(*record);
      world.settle(client);
      take_reply(client.in);
      if (i != 1) spill(*record);
    }
  }
  void spill(tape::Record& record) {
    world.step(record, saga::EventKind::PaymentConfirmed, saga::State::paid);
    world.step(record, saga::EventKind::InventoryUpdated, saga::State::reserved);
    world.step(record, saga::EventKind::ShippingConfirmed, saga::State::shipped);
    world.turn();
    codec::render_document(record, world.store.documents[record.order.id]);
    record.stored_step = record.step_count;
    world.orders.spill(record);
  }
  /// Redis answers one question after the other, as long as there are any.
  Reply page(const std::string& query) {
    client.send(get("/v1/orders" + query));
    world.settle(client);
    while (!world.store.asked.empty()) {
      world.store.answer();
      world.settle(client);
    }
    return take_reply(client.in);
  }
  std::vector<std::string> found(const Reply& reply) const {
    std::vector<std::string> ids_found;
    for (std::size_t at = 0; (at = reply.body.find(R"("orderId":")", at)) != std::string::npos; ++at)
      ids_found.push_back(reply.body.substr(at + 11, 36));
    return ids_found;
  }

  World world;
  Client client{world.server.port()};
  std::vector<saga::OrderId> ids;
};

}  // namespace

TEST_CASE("orders that are spilled are listed from Redis, in their place among the others") {
  Listing listing;
  const Reply all = listing.page("");
  REQUIRE(all.status == 200);
  REQUIRE(listing.found(all) ==
          std::vector{listing.ids[2].str(), listing.ids[1].str(), listing.ids[0].str()});
  REQUIRE_FALSE(all.has("bodyHash"));
  REQUIRE(listing.found(listing.page("?status=shipped")) ==
          std::vector{listing.ids[2].str(), listing.ids[0].str()});
  const Reply first = listing.page("?limit=1&status=shipped");
  REQUIRE(listing.found(first) == std::vector{listing.ids[2].str()});
  const std::size_t at = first.body.find(R"("nextCursor":")") + 14;
  const std::string cursor = first.body.substr(at, first.body.find('"', at) - at);
  REQUIRE(listing.found(listing.page("?status=shipped&cursor=" + cursor)) ==
          std::vector{listing.ids[0].str()});
}

TEST_CASE("q finds an order by its id, and those of a reference or an address, in memory and spilled") {
  Listing listing;
  const auto found = [&](const std::string& query) { return listing.found(listing.page(query)); };
  const auto& ids = listing.ids;
  for (const saga::OrderId& id : ids) CHECK(found("?status=parked&q=" + id.str()) == std::vector{id.str()});
  CHECK(found("?q=you+0@example.com") == std::vector{ids[2].str(), ids[0].str()});
  CHECK(found("?q=you%2b1%40example.com") == std::vector{ids[1].str()});
  CHECK(found("?q=you+0@example.com&limit=1") == std::vector{ids[2].str()});
  CHECK(found("?q=you+0@example.com&status=placed").empty());
  CHECK(found("?q=R%20%220") == std::vector{ids[0].str()});
  CHECK(found("?q=R+%221") == std::vector{ids[1].str()});
  CHECK(found("?q=R%209").empty());
  CHECK(found("?q=7b1e2a52-4f0a-4d67-9a53-90ad7c0f6a01").empty());
  CHECK(found("?reason=out_of_stock").empty());
  tape::Record& live = *listing.world.orders.find_live(ids[1]);
  listing.world.step(live, saga::EventKind::PaymentNotAuthorized, saga::State::cancelling,
                     saga::Reason::payment_declined);
  listing.world.turn();
  CHECK(found("?reason=payment_declined") == std::vector{ids[1].str()});
  CHECK(found("?reason=payment_declined&q=R%20%221") == std::vector{ids[1].str()});
}

TEST_CASE("q finds those of a reference that have left memory, a page at a time, and drops what has gone") {
  Listing listing;
  tests::HeldStore& redis = listing.world.store;
  const auto of_document = [&](unsigned n, const std::string& status, const std::string& reference) {
    const saga::OrderId id = tests::order_id(n);
    redis.documents[id] = R"({"orderId":")" + id.str() + R"(","status":")" + status +
                          R"(","item":"cup","amount":1.00,"amountMinor":100,"currency":"USD","reference":")" +
                          reference + R"(","steps":[],"bodyHash":"","userEmail":"you@example.com"})";
    return id.str();
  };
  const std::string newest = of_document(9, "cancelled\",\"reason\":\"out_of_stock", "R \\\"0");
  const std::string oldest = of_document(7, "completed", "R \\\"0");
  const std::string other = of_document(6, "completed", "R 9");
  const std::string in_memory = listing.ids[0].str();  // placed with that reference, and spilled
  const std::uint64_t serial = listing.world.orders.list({}, UINT64_MAX, 3).back().serial;
  const auto keep = [&](std::uint64_t place, const saga::OrderId& id) {
    redis.references.insert({"R \"0", {place, id}});
  };
  keep(serial + 100, tests::order_id(9));
  keep(serial + 50, tests::order_id(8));  // its document has expired
  keep(serial, listing.ids[0]);           // it had ended, and its mail was asked for again
  keep(2, tests::order_id(7));
  keep(1, tests::order_id(6));  // its id was used again

  const auto found = [&](const std::string& query) { return listing.found(listing.page(query)); };
  CHECK(found("?q=R%20%220") == std::vector{newest, in_memory, oldest});
  CHECK(found("?q=R%20%220&status=completed") == std::vector{oldest});
  CHECK(found("?q=R%20%220&reason=out_of_stock") == std::vector{newest});
  CHECK(found("?q=R%20%220&status=retrying").empty());
  std::vector<std::string> walked;
  for (std::string cursor, next; walked.empty() || !cursor.empty(); cursor = next) {
    const Reply reply = listing.page("?q=R%20%220&limit=1&cursor=" + cursor);
    for (const std::string& id : listing.found(reply)) walked.push_back(id);
    const std::size_t begin = reply.body.find(R"("nextCursor":")");
    next =
        begin == std::string::npos ? "" : reply.body.substr(begin + 14, reply.body.rfind('"') - begin - 14);
  }
  CHECK(walked == std::vector{newest, in_memory, oldest});

  redis.up = false;
  CHECK(listing.page("?q=R%20%220").status == 503);
  CHECK(listing.page("?q=" + std::string(65, 'x') + "@example.com").status ==
        200);  // longer than a reference
}

TEST_CASE("a query that says nothing, or something else, is refused") {
  Listing listing;
  for (const char* query : {"?status=", "?status", "?reason=", "?reason=mood", "?q=", "?q=%0a", "?q=%4",
                            "?limit=", "?state=paid"})
    CHECK(listing.page(query).status == 400);
  CHECK(listing.page("?cursor=").status == 200);
}

TEST_CASE("a page that Redis has to complete is 503 when it does not answer, and holds up nobody else") {
  Listing listing;
  listing.client.send(get("/v1/orders"));
  listing.world.settle(listing.client);
  REQUIRE(listing.world.store.asked.size() == 1);
  SECTION("no answer in time") {
    listing.world.advance(listing.world.settings.lookup_deadline);
    listing.world.settle(listing.client);
    const Reply reply = take_reply(listing.client.in);
    REQUIRE(reply.status == 503);
    REQUIRE(reply.has("Retry-After"));
  }
  SECTION("the client has gone") {
    auto gone = std::make_unique<Client>(listing.world.server.port());
    gone->send(get("/v1/orders") + get("/livez"));
    listing.world.settle(*gone);
    gone.reset();
    while (!listing.world.store.asked.empty()) {
      listing.world.store.answer();
      listing.world.settle(listing.client);
    }
    REQUIRE(take_reply(listing.client.in).status == 200);
  }
  REQUIRE(listing.found(listing.page("")).size() == 3);
}
