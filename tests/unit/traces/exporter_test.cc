// The exporter against a collector that follows a script.
#include "edge/traces/exporter.h"

#include <condition_variable>

#include "tests/unit/participants/support.h"

using participants_test::Connection;
using participants_test::Peer;
using participants_test::Request;
using namespace std::chrono_literals;

namespace {

std::vector<edge::Span> spans(std::size_t count) {
  std::vector<edge::Span> made;
  for (std::size_t i = 1; i <= count; ++i) {
    made.push_back({.trace = {1}, .id = i, .name = "step"});
  }
  return made;
}

struct World {
  explicit World(std::string url, std::size_t queue = 1000, std::vector<traces::Header> headers = {}) {
    exporter.emplace(traces::Settings{.url = std::move(url),
                                      .headers = std::move(headers),
                                      .version = "1",
                                      .engine_id = "e",
                                      .queue = queue,
                                      .batch = 10,
                                      .interval = 1ms,
                                      .timeout = 60s,
                                      .backoff = 1ms,
                                      .backoff_max = 5ms,
                                      .log =
                                          [this](int level, std::string_view line) {
                                            const std::lock_guard lock(mutex);
                                            lines.push_back(std::to_string(level) + " " + std::string(line));
                                            changed.notify_all();
                                          }},
                     clock);
    exporter->add_metrics(metrics);
  }

  std::uint64_t counted(const std::string& outcome) const {
    const std::string text = metrics.render(), key = "saga_spans_total{outcome=\"" + outcome + "\"} ";
    return std::stoull(text.substr(text.find(key) + key.size()));
  }
  std::string line(std::size_t number) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, 60s, [&] { return lines.size() > number; }));
    return lines[number];
  }
  void wait_for(const std::string& outcome, std::uint64_t count) const {
    for (int i = 0; i < 60'000 && counted(outcome) < count; ++i) std::this_thread::sleep_for(1ms);
    REQUIRE(counted(outcome) == count);
  }

  runtime::SystemClock clock;
  runtime::Metrics metrics;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;
  std::optional<traces::Exporter> exporter;
};

/// A collector that takes everything.
struct Taking {
  explicit Taking(std::string_view answer)
      : peer([this, answer = std::string{answer}](Connection& connection) {
          while (auto request = connection.request()) {
            {
              const std::lock_guard lock(mutex);
              seen.push_back(*request);
            }
            connection.answer(200, answer);
          }
        }) {}

  std::mutex mutex;
  std::vector<Request> seen;  // read when the exporter has stopped
  Peer peer;                  // its threads end before what they write to
};

std::size_t spans_in(const Request& request) {
  std::size_t count = 0;
  for (std::size_t at = request.body.find("\"spanId\""); at != std::string::npos;
       at = request.body.find("\"spanId\"", at + 1))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("spans go to the collector as OTLP in JSON, so many a request") {
  Taking collector(R"({"partialSuccess":{}})");
  World world(collector.peer.url("/otel/"));
  REQUIRE(world.exporter->start().ok());
  world.exporter->take(spans(25));
  world.wait_for("exported", 25);
  world.exporter->stop(60s);
  std::size_t sent = 0;
  for (const Request& request : collector.seen) {
    CHECK(request.head.starts_with("POST /otel/v1/traces HTTP/1.1\r\n"));
    CHECK(request.value("Content-Type") == "application/json");
    CHECK(spans_in(request) <= 10);
    sent += spans_in(request);
  }
  CHECK(sent == 25);
  CHECK(world.counted("dropped") == 0);
  CHECK(world.lines.empty());
}

TEST_CASE("a collector is told what it wants to be told, and no header is written that cannot be one") {
  Taking collector("{}");
  World world(collector.peer.url(""), 1000, {{"Authorization", "Basic b3RlbDpvdGVs"}, {"x-tenant", "shop"}});
  REQUIRE(world.exporter->start().ok());
  world.exporter->take(spans(1));
  world.wait_for("exported", 1);
  world.exporter->stop(60s);
  REQUIRE(collector.seen.size() == 1);
  CHECK(collector.seen[0].value("Authorization") == "Basic b3RlbDpvdGVs");
  CHECK(collector.seen[0].value("x-tenant") == "shop");
  CHECK(collector.seen[0].value("Content-Type") == "application/json");

  for (const traces::Header& bad : {traces::Header{"", "hidden"},
                                    {"a b", "hidden"},
                                    {"a:", "hidden"},
                                    {"a\r\nb", "hidden"},
                                    {"Content-Type", "hidden"},
                                    {"host", "hidden"},
                                    {"Transfer-Encoding", "hidden"},
                                    {"a", ""},
                                    {"a", "hidden\r\nb: c"},
                                    {"a", " hidden"},
                                    {"a", "hidden\t"}}) {
    CAPTURE(bad.name, bad.value);
    const auto checked = traces::check_header(bad);
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.error().find("hidden") == std::string::npos);
    World refused("http://127.0.0.1:1", 1000, {bad});
    CHECK_FALSE(refused.exporter->start().ok());
  }
}

TEST_CASE("what waits is sent at a stop, and nothing is taken behind it") {
  Peer peer(participants_test::always(200, "{}"));
  World world(peer.url(""));
  world.exporter->take(spans(25));
  REQUIRE(world.exporter->start().ok());
  world.exporter->stop(60s);
  CHECK(world.counted("exported") == 25);
  world.exporter->take(spans(1));
  CHECK(world.counted("dropped") == 1);
}

TEST_CASE(
    "a collector that is away gets the same spans again, and the log has a line when it goes and when it is "
    "back") {
  Peer peer([](Connection& connection) {
    for (int i = 0; auto request = connection.request(); ++i) connection.answer(i < 3 ? 503 : 200, "{}");
  });
  World world(peer.url(""));
  REQUIRE(world.exporter->start().ok());
  world.exporter->take(spans(3));
  world.wait_for("exported", 3);
  CHECK(world.line(0) == "4 the collector of traces is away: 503 {}");
  CHECK(world.line(1) == "5 traces are taken again");
  world.exporter->stop(60s);
  CHECK(world.lines.size() == 2);
  CHECK(world.counted("dropped") == 0);
}

TEST_CASE("spans there is no place for are dropped and counted, an order's all or none") {
  World world("http://127.0.0.1:1", 20);
  world.exporter->take(spans(15));
  world.exporter->take(spans(6));
  CHECK(world.counted("dropped") == 6);
  world.exporter->take(spans(5));
  CHECK(world.counted("dropped") == 6);
  REQUIRE(world.exporter->start().ok());
  CHECK(world.line(0).starts_with("4 the collector of traces is away: "));
  world.exporter->stop(0s);
  CHECK(world.counted("dropped") == 26);
  CHECK(world.counted("exported") == 0);
}

TEST_CASE("what a collector refuses is not sent again, and what it takes in part is counted so") {
  std::atomic<int> requests{0};
  Peer peer([&](Connection& connection) {
    while (auto request = connection.request()) {
      if (++requests == 1) {
        connection.answer(400, "no\nsuch");
      } else {
        connection.answer(200, R"({"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}})");
      }
    }
  });
  World world(peer.url(""));
  REQUIRE(world.exporter->start().ok());
  world.exporter->take(spans(3));
  world.wait_for("dropped", 3);
  CHECK(world.line(0) == "3 the collector of traces refuses them: 400 no?such");
  world.exporter->take(spans(5));
  world.wait_for("dropped", 5);
  CHECK(world.counted("exported") == 3);
  CHECK(requests == 2);
}

TEST_CASE("a stop does not wait for a collector that is silent") {
  std::atomic<bool> asked{false};
  Peer peer([&](Connection& connection) {
    if (connection.request()) asked = true;
    connection.stay_silent();
  });
  World world(peer.url(""));
  REQUIRE(world.exporter->start().ok());
  world.exporter->take(spans(30));
  while (!asked) std::this_thread::sleep_for(1ms);
  world.exporter->stop(1ms);  // the request would take a minute
  CHECK(world.counted("dropped") == 30);
}

TEST_CASE("an address that no collector has is an error with advice") {
  for (const std::string good :
       {"http://127.0.0.1:4318", "https://otel.shop.internal/otlp/", "http://[::1]:4318"})
    CHECK(traces::check_url(good).ok());
  for (const std::string bad : {"nowhere", "", "grpc://127.0.0.1:4317", "http://a:b@127.0.0.1:4318",
                                "http://127.0.0.1:4318/v1/traces", "http://127.0.0.1:4318/?a=b",
                                "http://127.0.0.1:4318/#a", "http://127.0.0.1:0"}) {
    CAPTURE(bad);
    CHECK_FALSE(traces::check_url(bad).ok());
    World world(bad);
    CHECK_FALSE(world.exporter->start().ok());
  }
}
