// The client against a peer that follows a script.
#include <ctime>

#include "tests/unit/participants/support.h"

using namespace participants_test;
using State = Availability::State;

TEST_CASE("a call carries what the contract says, and its answer comes back") {
  Request seen;
  Peer peer([&](Connection& connection) {
    while (auto request = connection.request()) {
      seen = *request;
      connection.answer(200, confirmed);
    }
  });
  World world(settings(peer.url("/saga?shop=1")));
  Call made = call(7);
  made.attempt = 3;
  const Outcome outcome = world.made(made);
  CHECK(outcome.id == 7);
  CHECK(outcome.verdict == Verdict::decided);
  CHECK(outcome.decision.reference == "pi_1");
  CHECK(seen.head.starts_with("POST /saga?shop=1 HTTP/1.1\r\n"));
  CHECK(seen.body == made.body);
  CHECK(seen.value("Content-Type") == "application/cloudevents+json");
  CHECK(seen.value("Idempotency-Key") == made.key);
  CHECK(seen.value("webhook-id") == made.key);
  CHECK(seen.value("Saga-Attempt") == "3");
  CHECK(seen.head.find("Expect") == std::string::npos);
  const std::int64_t timestamp = std::stoll(seen.value("webhook-timestamp"));
  CHECK(std::abs(timestamp - time(nullptr)) < 120);
  CHECK(seen.value("webhook-signature") == Signer({secret}).sign(made.key, timestamp, made.body));
}

TEST_CASE("connections are kept") {
  std::atomic<int> connections{0};
  Peer peer([&](Connection& connection) {
    connections = connection.number;
    while (connection.request()) connection.answer(200, confirmed);
  });
  World world(settings(peer.url()));
  for (std::uint64_t id = 1; id <= 20; ++id) CHECK(world.made(call(id)).verdict == Verdict::decided);
  CHECK(connections == 1);
}

TEST_CASE("as many calls are under way as there are connections, the others wait") {
  std::mutex mutex;
  std::condition_variable changed;
  int held = 0;
  bool open = false;
  Peer peer([&](Connection& connection) {
    while (connection.request()) {
      std::unique_lock lock(mutex);
      ++held;
      changed.notify_all();
      changed.wait(lock, [&] { return open; });
      connection.answer(200, confirmed);
    }
  });
  Settings three = settings(peer.url());
  three.connections = 3;
  World world(three);
  for (std::uint64_t id = 1; id <= 10; ++id) REQUIRE(world.client->ask(call(id)));
  {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds{60}, [&] { return held == 3; }));
  }
  // What has not begun can be withdrawn, the rest goes on.
  CHECK(world.client->withdraw(9));
  CHECK_FALSE(world.client->withdraw(1));
  CHECK_FALSE(world.client->withdraw(99));
  CHECK(world.client->status().waiting == 6);
  CHECK(world.client->status().under_way == 3);
  {
    const std::lock_guard lock(mutex);
    CHECK(held == 3);
    open = true;
    changed.notify_all();
  }
  for (int i = 0; i < 9; ++i) CHECK(world.outcome().verdict == Verdict::decided);
}

TEST_CASE("what waits is bounded in bytes") {
  Peer peer([](Connection& connection) { connection.stay_silent(); });
  Settings small = settings(peer.url());
  small.waiting_bytes = 100;
  World world(small);
  CHECK_FALSE(world.client->ask(call(1, std::string(101, 'x'))));
  CHECK(world.client->ask(call(2, std::string(100, 'x'))));
}

TEST_CASE("a redirect is not followed") {
  std::atomic<int> requests{0};
  Peer peer([&](Connection& connection) {
    while (connection.request()) {
      ++requests;
      connection.answer(307, "moved", "Location: /elsewhere\r\n");
    }
  });
  World world(settings(peer.url()));
  const Outcome outcome = world.made(call(1));
  CHECK(outcome.verdict == Verdict::ours_to_mend);
  CHECK(outcome.status == 307);
  CHECK(requests == 1);
}

TEST_CASE("an answer is read up to its bound, and the call is over") {
  Peer peer([](Connection& connection) {
    while (connection.request()) {
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5000\r\n" +
                       std::string(0x5000, ' '));
      connection.stay_silent();
    }
  });
  World world(settings(peer.url()));
  const Outcome outcome = world.made(call(1));
  CHECK(outcome.verdict == Verdict::not_this_time);
  CHECK(outcome.reach == Reach::answered);
  CHECK(outcome.leaves_unknown());
}

TEST_CASE("a Retry-After is heard as seconds and as a date") {
  std::string header;
  Peer peer([&](Connection& connection) {
    while (connection.request()) connection.answer(503, "", "Retry-After: " + header + "\r\n");
  });
  World world(settings(peer.url()));
  header = "120";
  CHECK(world.made(call(1)).retry_after == std::chrono::seconds{120});
  CHECK(world.client->status().state == State::slow);
  const std::time_t then = std::time(nullptr) + 600;
  std::array<char, 40> date{};
  std::tm utc{};
  gmtime_r(&then, &utc);
  strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  header = date.data();
  const Outcome outcome = world.made(call(2));
  REQUIRE(outcome.retry_after);
  CHECK(*outcome.retry_after > std::chrono::seconds{60});
  CHECK(*outcome.retry_after <= std::chrono::seconds{600});
  header = "soon";
  CHECK_FALSE(world.made(call(3)).retry_after);
}

TEST_CASE("one that is away is asked by one call at a time until it answers again") {
  std::atomic<bool> mended{false};
  std::atomic<int> under_way{0}, most{0}, asked{0};
  Peer peer([&](Connection& connection) {
    while (connection.request()) {
      most = std::max(most.load(), ++under_way);
      ++asked;
      --under_way;
      connection.answer(mended ? 200 : 401, mended ? confirmed : "wrong \n signature");
    }
  });
  World world(settings(peer.url()));
  CHECK(world.made(call(1)).verdict == Verdict::ours_to_mend);
  CHECK(world.client->status().state == State::away);
  for (std::uint64_t id = 2; id <= 20; ++id) REQUIRE(world.client->ask(call(id)));
  // Its outcome goes back to whoever asked; the next probe is another call.
  CHECK(world.outcome().id == 2);
  CHECK(world.outcome().id == 3);
  mended = true;
  int decided = 0;
  for (int i = 0; i < 17; ++i) decided += world.outcome().verdict == Verdict::decided ? 1 : 0;
  CHECK(decided >= 16);  // one may have been on its way
  CHECK(world.client->status().state == State::up);
  const auto lines = world.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "3 payment is away, for what it answers is ours to mend: 401: wrong   signature");
  CHECK(lines[1] == "5 payment answers again");
}

TEST_CASE("what it does can be measured") {
  Peer peer(always(418, "teapot"));
  World world(settings(peer.url()));
  runtime::Metrics metrics;
  world.client->add_metrics(metrics);
  world.made(call(1));
  const std::string text = metrics.render();
  for (const char* line : {"saga_participant_calls_total{participant=\"payment\",outcome=\"ours_to_mend\"} 1",
                           "saga_participant_reach_total{participant=\"payment\",reach=\"answered\"} 1",
                           "saga_participant_to_mend_total{participant=\"payment\",status=\"other\"} 1",
                           "saga_participant_state{participant=\"payment\"} 2"}) {
    INFO(text);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("a stop lets what is under way end, begins nothing more, and cuts off the rest") {
  Peer peer([](Connection& connection) {
    while (const auto request = connection.request()) {
      if (request->body == "silent") return connection.stay_silent();
      connection.answer(200, confirmed);
    }
  });
  Settings one = settings(peer.url());
  one.connections = 1;
  World world(one);
  CHECK(world.made(call(1)).verdict == Verdict::decided);
  REQUIRE(world.client->ask(call(2, "silent")));
  REQUIRE(world.client->ask(call(3)));
  world.client->stop(std::chrono::milliseconds{20});
  CHECK(world.outcomes() == 0);  // neither has an outcome, as if the process had died
}

TEST_CASE("wrong settings do not start") {
  Client client(settings("gopher://x"), [](Outcome&&) {});
  CHECK(client.start().error().starts_with("payment.url: "));
}
