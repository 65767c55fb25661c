#include "edge/kafka/client_settings.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "edge/kafka/client.h"
#include "engine/limits.h"

namespace kafka {
namespace {

/// One that ends in a dot or stands for a family allows all that begin with it.
constexpr std::array allowed_families{
    // Who we are, and whom we trust.
    std::string_view{"security."}, std::string_view{"sasl."}, std::string_view{"ssl."},
    std::string_view{"https."},
    // How brokers are found and reached.
    std::string_view{"socket."}, std::string_view{"broker.address."}, std::string_view{"reconnect.backoff."},
    std::string_view{"metadata."}, std::string_view{"topic.metadata."}, std::string_view{"retry.backoff."},
    // How much at once.
    std::string_view{"compression."}, std::string_view{"batch."}, std::string_view{"fetch."},
    std::string_view{"queued."}};
constexpr std::array<std::string_view, 21> allowed{"client.id",
                                                   "client.dns.lookup",
                                                   "enable.ssl.certificate.verification",
                                                   "enable.sasl.oauthbearer.unsecure.jwt",
                                                   "enable.sparse.connections",
                                                   "enable.metrics.push",
                                                   "connections.max.idle.ms",
                                                   "max.partition.fetch.bytes",
                                                   "message.max.bytes",
                                                   "message.copy.max.bytes",
                                                   "receive.message.max.bytes",
                                                   "request.timeout.ms",
                                                   "api.version.request.timeout.ms",
                                                   "queue.buffering.backpressure.threshold",
                                                   "check.crcs",
                                                   "debug",
                                                   "log_level",
                                                   "log_cache",
                                                   "log.thread.name",
                                                   "log.connection.close",
                                                   "resolve.canonical.bootstrap.servers"};

/// Settings that have a key of their own.
struct Instead {
  std::string_view name;
  std::string_view key;
};
constexpr std::array elsewhere{Instead{"bootstrap.servers", "kafka.brokers"},
                               Instead{"metadata.broker.list", "kafka.brokers"},
                               Instead{"linger.ms", "kafka.linger"},
                               Instead{"queue.buffering.max.ms", "kafka.linger"},
                               Instead{"max.in.flight", "kafka.max_in_flight"},
                               Instead{"max.in.flight.requests.per.connection", "kafka.max_in_flight"}};

bool is_allowed(std::string_view name) {
  const auto begins = [&](std::string_view family) { return name.starts_with(family); };
  return std::find(allowed.begin(), allowed.end(), name) != allowed.end() ||
         std::any_of(allowed_families.begin(), allowed_families.end(), begins);
}

struct DestroyConf {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};

}  // namespace

WrongPair check_pair(const std::string& name, const std::string& value) {
  for (const Instead& one : elsewhere) {
    if (one.name == name)
      return {name, "has a setting of the engine's own; use " + std::string{one.key}, false};
  }
  const std::unique_ptr<rd_kafka_conf_t, DestroyConf> conf(rd_kafka_conf_new());
  std::array<char, 512> text{};
  if (!is_allowed(name)) {
    // Its hidden ones are not among the names, and those without a default have none to get.
    const std::vector<std::string> known = known_names();
    std::size_t size = 0;
    if (std::find(known.begin(), known.end(), name) == known.end() &&
        rd_kafka_conf_get(conf.get(), name.c_str(), nullptr, &size) != RD_KAFKA_CONF_OK)
      return {name, "is no setting of librdkafka's", true};
    return {name, "would break what the engine promises of the log, or do nothing; remove it", false};
  }
  const auto set = rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size());
  if (set == RD_KAFKA_CONF_UNKNOWN) return {name, "is no setting of librdkafka's", true};
  if (set != RD_KAFKA_CONF_OK)
    return {name, std::string{"is not taken by librdkafka: "} + text.data(), false};
  if (name == "message.max.bytes") {
    std::size_t bytes = 0;
    std::from_chars(value.data(), value.data() + value.size(), bytes);
    constexpr std::size_t framing = 1024;  // key, headers and the batch around the largest event
    constexpr std::size_t least = engine::limits::event_bytes_max + framing;
    if (bytes < least)
      return {name, "is too little, an event may be larger; write at least " + std::to_string(least), false};
  }
  return {};
}

std::vector<WrongPair> check(const Settings& settings) {
  std::vector<WrongPair> wrong;
  Settings good = settings;
  good.brokers.clear();  // so that nothing is connected to
  good.log = nullptr;
  good.client.clear();
  for (const auto& [name, value] : settings.client) {
    WrongPair pair = check_pair(name, value);
    if (pair.what.empty()) {
      good.client.emplace_back(name, value);
    } else {
      wrong.push_back(std::move(pair));
    }
  }
  if (good.client.empty()) return wrong;
  for (const Client::Role role : {Client::Role::producer, Client::Role::consumer}) {
    Client client(good);
    if (const auto created = client.create(role); !created.ok()) {
      wrong.push_back({{}, "is not taken by librdkafka: " + created.error(), false});
      break;
    }
  }
  return wrong;
}

std::vector<std::string> known_names() {
  char* table = nullptr;
  std::size_t size = 0;
  std::FILE* const file = open_memstream(&table, &size);
  if (file == nullptr) return {};
  rd_kafka_conf_properties_show(file);
  std::fclose(file);
  std::vector<std::string> names;
  // A line is "name   | C/P | range | default | …"; headings and rules have no blank before the first bar.
  for (std::string_view rest(table, size); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t end = line.find_first_of(" |");
    if (end == 0 || end == std::string_view::npos || line.find(" | ") == std::string_view::npos) continue;
    if (line.substr(0, end) != "Property") names.emplace_back(line.substr(0, end));
  }
  std::free(table);
  return names;
}

}  // namespace kafka
