#include "edge/config/load.h"

#include "tests/catch.h"
#include "tests/unit/config/sources.h"

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

TEST_CASE("the last of default, file, environment and flag wins, and its origin is told") {
  const ConfigFile file(least + "[orders]\nlive = 100\nkeep = \"2d\"\ndeadline = \"3h\"\n");
  const auto loaded =
      file.load({{"ENGINE_ORDERS_LIVE", "200"}, {"ENGINE_ORDERS_KEEP", "4d"}}, {"orders.live=300"});
  REQUIRE(loaded.problems.empty());
  CHECK(loaded.config.orders.live == 300);
  CHECK(loaded.origins.at("orders.live") == "--set");
  CHECK(loaded.config.orders.keep == 96h);
  CHECK(loaded.origins.at("orders.keep") == "ENGINE_ORDERS_KEEP");
  CHECK(loaded.config.orders.deadline == 3h);
  CHECK(loaded.origins.at("orders.deadline") == file.path() + ":11:12");
  CHECK(loaded.origins.at("orders.memory") == "default");
}

TEST_CASE("a flag takes a string with or without quotes, and nested keys") {
  const ConfigFile file(least);
  const auto loaded =
      file.load({}, {"kafka.topic=1234", "mail.url=\"dir:/var/mail\"", "mail.retry.backoff=2s",
                     "payment.simulate.decline_over=1000.50", "payment.simulate.decline_rate=1",
                     "http.listen=127.0.0.1:0", "orders.currency=EUR", "mail.user="});
  for (const auto& problem : loaded.problems) FAIL_CHECK(edge::render(problem));
  CHECK(loaded.config.kafka.topic == "1234");
  CHECK(loaded.config.mail.url == "dir:/var/mail");
  CHECK(loaded.config.mail.retry.backoff == 2s);
  CHECK(loaded.config.payment.simulate.decline_over == "1000.50");
  CHECK(loaded.config.payment.simulate.decline_rate == 1.0);
  CHECK(loaded.config.http.listen == edge::Address{"127.0.0.1", 0});
  CHECK(loaded.config.orders.currency == "EUR");
}

TEST_CASE("all problems of a file come in one go, in its order, each with line and column") {
  const ConfigFile file(R"([http]
listen = "0.0.0.0:8080"
ack_deadline = 30
[kafka]
borkers = "kafka:9092"
topic = "a b"
[redis]
url = "redis://redis:6379/0"
[mail]
url = "smtp://mail"
from = "orders@example.com"
password = "hunter2"
[orders]
live = "many"
memory = "256MB"
currency = "XXZ"
[workers]
idle = "sleep"
placement = { reactor = 0, jornal = 1 }
[sotrage]
path = "x"
)");
  const Lines expected{
      "prod.toml:2:10: http.listen: 0.0.0.0 is open to other machines and there are no tokens; add "
      "http.tokens, listen on 127.0.0.1, or write open = true if anybody may call",
      "prod.toml:3:16: http.ack_deadline: is an integer; write a duration with its unit in quotes (ns, us, "
      "ms, s, m, h, d), as in \"25s\"",
      "prod.toml:4:2: kafka.brokers: is missing; write brokers = \"kafka:9092\" (or run with --dev, which "
      "embeds "
      "all it needs)",
      "prod.toml:5:1: kafka.borkers: is unknown; did you mean brokers?",
      "prod.toml:6:9: kafka.topic: is no topic name; use 1 to 249 letters, digits, '.', '_' and '-'",
      "prod.toml:12:12: mail.password: is a secret in plain text; write { env = \"NAME\" } or { file = "
      "\"PATH\" }",
      "prod.toml:14:8: orders.live: is a string; write a whole number without quotes",
      "prod.toml:15:10: orders.memory: \"256MB\" is no size; write a size with its unit in quotes (B, KiB, "
      "MiB, GiB), as in \"256MiB\"",
      "prod.toml:16:12: orders.currency: \"XXZ\" is no ISO 4217 currency; write its three capitals, as in "
      "\"USD\"",
      "prod.toml:18:8: workers.idle: \"sleep\" is unknown; write one of auto, spin, yield, park",
      "prod.toml:19:13: workers.placement: does not place order, payment, inventory, shipping, "
      "notification, journal; add it",
      "prod.toml:19:28: workers.placement.jornal: is no agent; did you mean journal?",
      "prod.toml:20:2: sotrage: is unknown; known are http, kafka, redis, mail, orders, payment, inventory, "
      "shipping, notification, retry, events, workers, traces, log",
  };
  CHECK(file.problems() == expected);
}

TEST_CASE("an empty file lacks what --config needs; --dev needs nothing") {
  const ConfigFile file("");
  const auto lines = file.problems();
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].starts_with("prod.toml: kafka.brokers: is missing"));
  CHECK(lines[3].starts_with("prod.toml: mail.from: is missing"));
  CHECK(edge::load({.file = {}, .dev = true, .sets = {}, .environment = {}}).problems.empty());
}

TEST_CASE("bad TOML, a missing file and a folder are said with their place") {
  CHECK(ConfigFile("[http]\nlisten = \n").problems().at(0).starts_with("prod.toml:2:"));
  CHECK(ConfigFile("[http]\nlisten = \n").problems().size() == 1);
  const auto missing =
      edge::load({.file = "/nowhere/prod.toml", .dev = false, .sets = {}, .environment = {}});
  REQUIRE(missing.problems.size() == 1);
  CHECK(edge::render(missing.problems[0]) ==
        "/nowhere/prod.toml: file: cannot be read; check the path and its rights");
  CHECK(edge::load({.file = "/", .dev = false, .sets = {}, .environment = {}}).problems.size() == 1);
}

TEST_CASE("a flag may set a whole table, and only what it names") {
  const edge::Loaded loaded =
      edge::load({.file = {},
                  .dev = true,
                  .sets = {R"(payment.simulate={decline_over="10.00", decline_rate=0.5})"},
                  .environment = {}});
  REQUIRE(loaded.problems.empty());
  CHECK(loaded.config.payment.simulate.decline_over == "10.00");
  CHECK(loaded.config.payment.simulate.decline_rate == 0.5);
  CHECK(loaded.config.payment.simulate.decline_email.empty());
  CHECK(ConfigFile(least).problems({}, {"payment.simulate={decline_ovr=\"1\"}"}) ==
        Lines{"--set: payment.simulate.decline_ovr: is unknown; did you mean decline_over?"});
}

TEST_CASE("a mistaken flag or variable is an error with a suggestion") {
  const ConfigFile file(least);
  CHECK(file.problems({}, {"kafka.topc=x"}) ==
        Lines{"--set: kafka.topc: is unknown; did you mean kafka.topic?"});
  CHECK(file.problems({}, {"kafka.topic"}) ==
        Lines{"--set: kafka.topic: has no value; write --set section.key=value"});
  CHECK(file.problems({}, {"events=1"}) ==
        Lines{"--set: events: is a table; write { … } or set one of its type_prefix, source, mode"});
  CHECK(file.problems({}, {"orders.live=0"}) ==
        Lines{"--set: orders.live: is out of range; write 16 to 131072"});
  CHECK(file.problems({}, {"kafka.topic=\"a\"\nbrokers = \"b\""}).size() == 1);
  CHECK(file.problems({{"ENGINE_KAFKA_TOPC", "x"}}) ==
        Lines{"ENGINE_KAFKA_TOPC: ENGINE_KAFKA_TOPC: is unknown; did you mean ENGINE_KAFKA_TOPIC?"});
  CHECK(file.problems({{"ENGINE_ORDERS_LIVE", "x"}}) ==
        Lines{"ENGINE_ORDERS_LIVE: orders.live: is a string; write a whole number without quotes"});
}

TEST_CASE("variables that an orchestrator or another program sets are left alone") {
  const ConfigFile file(least);
  CHECK(file.problems({{"ENGINE_SERVICE_HOST", "10.0.0.1"},
                       {"ENGINE_PORT", "tcp://10.0.0.1:80"},
                       {"ENGINE_HTTP_SERVICE_PORT", "80"},
                       {"ENGINE_HTTP_PORT_80_TCP", "x"},
                       {"ENGINE_ROOM", "hot"}})
            .empty());
}

TEST_CASE("a retry section of a handler overrides key by key") {
  const ConfigFile file(least +
                        "[retry]\nattempts = 7\nbackoff = \"1s\"\n[shipping]\nretry = { attempts = 3 }\n");
  const auto loaded = file.load();
  REQUIRE(loaded.problems.empty());
  CHECK(loaded.config.shipping.retry.attempts == 3);
  CHECK(loaded.config.shipping.retry.backoff == 1s);
  CHECK(loaded.config.payment.retry.attempts == 7);
  CHECK(ConfigFile(least + "[retry]\nattempts = 0\n").problems().size() == 1);
  CHECK(
      ConfigFile(least + "[retry]\nbackoff = \"1m\"\n").problems() ==
      Lines{"prod.toml:9:11: retry.backoff: 1m is over backoff_max, 10s; lower the one or raise the other"});
  CHECK(ConfigFile(least + "[shipping.retry]\nbackoff_max = \"1ms\"\n").problems().size() == 1);
  CHECK(
      ConfigFile(least + "[retry]\nbackoff = \"2s\"\n[shipping.retry]\nbackoff_max = \"1ms\"\n").problems() ==
      Lines{"prod.toml:9:11: shipping.retry.backoff: 2s is over backoff_max, 1ms; lower the one or raise the "
            "other"});
}

TEST_CASE("what a box says of its settings stands where the setting does, once for each") {
  const ConfigFile file(least +
                        "[kafka.client]\nsecurity.protocol = \"SSL\"\n\"socket.timeout.ms\" = 5000\n"
                        "[orders]\nlive = \"many\"\n");
  const auto lines = [&](std::vector<edge::Finding> findings) {
    const edge::Loaded loaded = edge::load({.file = file.path(),
                                            .dev = false,
                                            .sets = {"kafka.client.client.id=x"},
                                            .environment = chosen,
                                            .ask_boxes = [&](const edge::Config&) { return findings; }});
    Lines all;
    for (const edge::Problem& problem : loaded.problems) {
      const std::string line = edge::render(problem);
      all.push_back(line.starts_with(file.path()) ? line.substr(file.path().size()) : line);
    }
    return all;
  };
  const std::string unreadable = ":12:8: orders.live: is a string; write a whole number without quotes";
  CHECK(lines({{"redis.url", "is odd"}}) == Lines{":4:7: redis.url: is odd", unreadable});
  CHECK(lines({{"mail.user", "is odd"}}) == Lines{":5:2: mail.user: is odd", unreadable});
  CHECK(lines({{"kafka.client", "odd", {}, "security.protocol"}}) ==
        Lines{":9:10: kafka.client.security.protocol: odd", unreadable});
  CHECK(lines({{"kafka.client", "odd", {}, "socket.timeout.ms"}}) ==
        Lines{":10:1: kafka.client.socket.timeout.ms: odd", unreadable});
  CHECK(lines({{"kafka.client", "odd", {}, "client.id"}}) ==
        Lines{unreadable, "--set: kafka.client.client.id: odd"});
  // What could not be read has been complained about, and what stands beside it may be wrong for that reason.
  CHECK(lines({{"orders.live", "is odd"}, {"redis.url", "is odd", "orders.live"}}) == Lines{unreadable});
}

TEST_CASE("rules of the simulated providers are checked") {
  const auto rules = [](const std::string& text) {
    return ConfigFile(least + "[payment]\nsimulate = { " + text + " }\n").problems();
  };
  CHECK(rules(R"(decline_over = "1000.00", decline_email = "*@x", decline_rate = 0.5, latency = "5ms")")
            .empty());
  CHECK(rules("decline_rate = 1.5").size() == 1);
  CHECK(rules("decline_rate = nan").size() == 1);
  CHECK(rules("transient_rate = \"0.5\"").size() == 1);
  CHECK(rules("decline_over = 1000.00").size() == 1);
  CHECK(rules("decline_over = \"10.005\"").size() == 1);
  CHECK(rules("decline_over = \"-1\"").size() == 1);
  CHECK(rules("latency = \"2h\"").size() == 1);
  CHECK(rules("fail_sku = \"x\"").size() == 1);
}
