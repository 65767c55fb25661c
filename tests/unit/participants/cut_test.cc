// How far a call got, as the client says it, with a peer that cuts at each point. Whatever may have reached
// the peer must be `sent`; what certainly did not, `never_reached`.
#include "tests/unit/participants/support.h"

using namespace participants_test;

namespace {

Outcome one_call(const Peer::Script& script, Settings changes = {}) {
  Peer peer(script);
  changes.url = peer.url();
  changes.secrets = {secret};
  World world(changes);
  return world.made(call(1, std::string(200'000, 'x')));
}

void check_sent(const Outcome& outcome) {
  CHECK(outcome.reach == Reach::sent);
  CHECK(outcome.verdict == Verdict::not_this_time);
  CHECK(outcome.status == 0);
  CHECK(outcome.leaves_unknown());
  CHECK_FALSE(outcome.detail.empty());
}

void check_never_reached(const Outcome& outcome) {
  CHECK(outcome.reach == Reach::never_reached);
  CHECK(outcome.verdict == Verdict::not_this_time);
  CHECK_FALSE(outcome.leaves_unknown());
  CHECK_FALSE(outcome.detail.empty());
}

}  // namespace

TEST_CASE("nobody listens: never reached") {
  Peer peer([](Connection&) {});
  peer.leave();
  World world(settings(peer.url()));
  check_never_reached(world.made(call(1)));
  REQUIRE(world.lines().size() == 1);
  CHECK(world.lines()[0].starts_with("4 payment is away: "));
}

TEST_CASE("its name is unknown: never reached") {
  World world(settings("http://nobody.invalid/"));
  check_never_reached(world.made(call(1)));
}

TEST_CASE("it accepts and says nothing before the TLS is up: never reached") {
  Peer peer([](Connection& connection) { connection.stay_silent(); });
  Settings secured = settings("https" + peer.url().substr(4));
  secured.timeout = std::chrono::milliseconds{50};
  World world(secured);
  check_never_reached(world.made(call(1)));
}

TEST_CASE("cut behind the first bytes of the head: sent") {
  check_sent(one_call([](Connection& connection) { ENSURE(connection.bytes(1)); }));
}

TEST_CASE("reset instead of closed: sent") {
  check_sent(one_call([](Connection& connection) {
    ENSURE(connection.bytes(1));
    connection.reset();
  }));
}

TEST_CASE("cut in the body: sent") {
  check_sent(one_call([](Connection& connection) { ENSURE(connection.bytes(100'000)); }));
}

TEST_CASE("cut behind the request: sent") {
  check_sent(one_call([](Connection& connection) { ENSURE(connection.request()); }));
}

TEST_CASE("cut in the answer's body: sent") {
  check_sent(one_call([](Connection& connection) {
    ENSURE(connection.request());
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"type\":\"PaymentConfirmed\"}");
  }));
}

TEST_CASE("cut in the answer's head: an answer that says nothing, and the outcome is unknown") {
  const Outcome outcome = one_call([](Connection& connection) {
    ENSURE(connection.request());
    connection.write("HTTP/1.1 200 OK\r\nContent-Len");
  });
  CHECK(outcome.verdict == Verdict::not_this_time);
  CHECK(outcome.leaves_unknown());
}

TEST_CASE("no HTTP: sent") {
  check_sent(one_call([](Connection& connection) {
    ENSURE(connection.request());
    connection.write("SSH-2.0-OpenSSH\r\n");
  }));
}

TEST_CASE("silent until the call's time is up: sent") {
  Settings short_of_time;
  short_of_time.timeout = std::chrono::milliseconds{200};
  check_sent(one_call([](Connection& connection) { connection.stay_silent(); }, short_of_time));
}

TEST_CASE("a kept connection is closed and nobody listens any more: never reached") {
  std::optional<Peer> peer;
  std::atomic<bool> closed{false};
  peer.emplace([&](Connection& connection) {
    ENSURE(connection.request());
    peer->leave();
    connection.answer(200, confirmed);
    closed = true;
  });
  World world(settings(peer->url()));
  CHECK(world.made(call(1)).verdict == Verdict::decided);
  world.client->status();
  peer.reset();  // has joined: the connection is closed, and the kernel has told the other end
  CHECK(closed);
  check_never_reached(world.made(call(2)));
}

TEST_CASE("a kept connection is cut behind the second request and nobody listens any more: sent") {
  std::optional<Peer> peer;
  peer.emplace([&](Connection& connection) {
    ENSURE(connection.request());
    connection.answer(200, confirmed);
    ENSURE(connection.bytes(1));
    peer->leave();
  });
  World world(settings(peer->url()));
  CHECK(world.made(call(1)).verdict == Verdict::decided);
  // libcurl tries again on a fresh connection, which is refused: what counts is that some of it was sent
  // before.
  check_sent(world.made(call(2)));
}

TEST_CASE("a kept connection that is cut is replaced, and the same bytes are answered there") {
  std::mutex mutex;
  std::vector<Request> seen;
  Peer peer([&](Connection& connection) {
    while (const auto request = connection.request()) {
      {
        const std::lock_guard lock(mutex);
        seen.push_back(*request);
      }
      if (request->value("webhook-id") == call(2).key && connection.number == 1) return;
      connection.answer(200, confirmed);
    }
  });
  World world(settings(peer.url()));
  CHECK(world.made(call(1)).verdict == Verdict::decided);
  CHECK(world.made(call(2)).verdict == Verdict::decided);
  const std::lock_guard lock(mutex);
  REQUIRE(seen.size() == 3);
  CHECK(seen[1].body == seen[2].body);
  CHECK(seen[1].value("webhook-id") == seen[2].value("webhook-id"));
}
