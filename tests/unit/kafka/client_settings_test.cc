#include "edge/kafka/client_settings.h"

#include <algorithm>

#include "tests/catch.h"

using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

std::vector<kafka::WrongPair> check(Pairs pairs) {
  kafka::Settings settings;
  settings.brokers = "127.0.0.1:1";
  settings.client = std::move(pairs);
  return kafka::check(settings);
}

}  // namespace

TEST_CASE("what concerns trust, reaching brokers and amounts is taken") {
  const auto wrong = check({{"security.protocol", "SASL_SSL"},
                            {"sasl.mechanism", "SCRAM-SHA-512"},
                            {"sasl.username", "engine"},
                            {"sasl.password", "x"},
                            {"client.id", "a"},
                            {"socket.timeout.ms", "5000"},
                            {"broker.address.family", "v4"},
                            {"reconnect.backoff.ms", "50"},
                            {"topic.metadata.refresh.interval.ms", "10000"},
                            {"compression.type", "lz4"},
                            {"message.max.bytes", "2000000"},
                            {"fetch.wait.max.ms", "5"},
                            {"request.timeout.ms", "10000"},
                            {"enable.ssl.certificate.verification", "false"},
                            {"debug", "broker"}});
  for (const auto& one : wrong) FAIL_CHECK(one.name + ": " + one.what);
}

TEST_CASE("what touches reports, order, partitions, offsets or groups is refused by name") {
  for (const char* name : {"delivery.report.only.error",
                           "test.mock.num.brokers",
                           "test.mock.broker.rtt",
                           "enable.idempotence",
                           "enable.gapless.guarantee",
                           "acks",
                           "request.required.acks",
                           "message.timeout.ms",
                           "delivery.timeout.ms",
                           "retries",
                           "message.send.max.retries",
                           "transactional.id",
                           "transaction.timeout.ms",
                           "partitioner",
                           "queuing.strategy",
                           "produce.offset.report",
                           "sticky.partitioning.linger.ms",
                           "group.id",
                           "group.instance.id",
                           "enable.auto.commit",
                           "enable.auto.offset.store",
                           "auto.offset.reset",
                           "offset.store.method",
                           "isolation.level",
                           "enable.partition.eof",
                           "client.rack",
                           "topic.blacklist",
                           "allow.auto.create.topics",
                           "plugin.library.paths",
                           "log.queue",
                           "enabled_events",
                           "statistics.interval.ms",
                           "queue.buffering.max.messages",
                           "queue.buffering.max.kbytes",
                           "api.version.request",
                           "broker.version.fallback",
                           "internal.termination.signal",
                           "dr_cb",
                           "opaque"}) {
    INFO(name);
    const auto wrong = check({{name, "1"}});
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].name == name);
    CHECK(wrong[0].what.starts_with("would break"));
    CHECK_FALSE(wrong[0].unknown);
  }
  for (const auto& [name, key] : Pairs{{"bootstrap.servers", "kafka.brokers"},
                                       {"metadata.broker.list", "kafka.brokers"},
                                       {"linger.ms", "kafka.linger"},
                                       {"max.in.flight", "kafka.max_in_flight"}}) {
    CHECK(check({{name, "1"}}).at(0).what.ends_with("use " + key));
  }
}

TEST_CASE("librdkafka has the word on names, values and what goes together, and no value is shown") {
  CHECK(check({{"sokcet.timeout.ms", "1"}}).at(0).unknown);
  CHECK(check({{"socket.timeuot.ms", "1"}}).at(0).unknown);
  CHECK(check({{"socket.timeout.ms", "soon"}}).at(0).name == "socket.timeout.ms");
  CHECK(check({{"compression.type", "brotli-9"}}).at(0).name == "compression.type");
  CHECK(check({{"message.max.bytes", "1500"}}).at(0).what.find("at least") != std::string::npos);
  for (const Pairs& together : {Pairs{{"security.protocol", "SASL_PLAINTEXT"}, {"sasl.mechanism", "PLAIN"}},
                                Pairs{{"security.protocol", "SSL"}, {"ssl.ca.location", "/no/such/file"}},
                                Pairs{{"security.protocol", "SSL"}, {"ssl.key.pem", "hidden"}},
                                Pairs{{"receive.message.max.bytes", "2000"}}}) {
    INFO(together.back().first);
    const auto wrong = check(together);
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].name.empty());
    CHECK(wrong[0].what.find("hidden") == std::string::npos);
  }
  // One wrong pair does not hide what is wrong with the others.
  CHECK(check({{"acks", "1"}, {"security.protocol", "SSL"}, {"ssl.ca.location", "/no/such/file"}}).size() ==
        2);
}

TEST_CASE("the names that librdkafka knows are for suggestions") {
  const auto names = kafka::known_names();
  for (const char* name : {"socket.timeout.ms", "sasl.username", "ssl.ca.location", "partitioner", "acks"})
    CHECK(std::find(names.begin(), names.end(), name) != names.end());
}
