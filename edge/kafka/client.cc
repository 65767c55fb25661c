#include "edge/kafka/client.h"

#include <librdkafka/rdkafka.h>
#include <sys/syslog.h>

#include <array>
#include <charconv>
#include <string_view>
#include <vector>

#include "edge/kafka/client_settings.h"

namespace kafka {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string milliseconds(engine::Duration duration) {
  std::array<char, 32> text;
  const double ms = static_cast<double>(duration.count()) / 1e6;
  const char* const end =
      std::to_chars(text.data(), text.data() + text.size(), ms, std::chars_format::fixed, 3).ptr;
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

/// What the log's promises rest on, and what other settings are there for: `client` may not change it
/// (client_settings.h).
Pairs fixed(const Settings& settings) {
  return {
      {"bootstrap.servers", settings.brokers},
      {"enable.idempotence", "true"},
      {"acks", "all"},
      {"request.required.acks", "all"},
      // No timeout: a message that timed out would leave a hole.
      {"message.timeout.ms", "0"},
      {"delivery.timeout.ms", "0"},
      {"retries", "2147483647"},
      {"message.send.max.retries", "2147483647"},
      // Without it a message that failed for good is followed by one that did not, silently.
      {"enable.gapless.guarantee", "true"},
      {"allow.auto.create.topics", "false"},
      {"max.in.flight", std::to_string(settings.in_flight)},
      {"max.in.flight.requests.per.connection", std::to_string(settings.in_flight)},
      {"queue.buffering.max.messages", std::to_string(settings.queue_messages)},
      {"queue.buffering.max.kbytes", std::to_string(settings.queue_bytes >> 10)},
      {"enable.partition.eof", "true"},
      // A stranger's open transaction must not hold back the end of the log.
      {"isolation.level", "read_uncommitted"},
      {"auto.offset.reset", "error"},
      {"enable.auto.commit", "false"},
  };
}

/// Good values that `client` may change.
Pairs preferred(const Settings& settings) {
  return {
      {"client.id", "saga-engine"},
      {"linger.ms", milliseconds(settings.linger)},
      // Without it an ack takes 40 ms now and then, waiting for the broker's delayed one.
      {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},
      {"reconnect.backoff.max.ms", "1000"},
      {"fetch.wait.max.ms", "10"},
      {"fetch.error.backoff.ms", "50"},
      // A full queue pauses its fetches for up to a second: it must hold more than is folded in that time.
      {"queued.max.messages.kbytes", "65536"},
  };
}

bool only_for_producers(std::string_view key) {
  constexpr std::array<std::string_view, 13> keys{"enable.idempotence",
                                                  "acks",
                                                  "request.required.acks",
                                                  "message.timeout.ms",
                                                  "delivery.timeout.ms",
                                                  "retries",
                                                  "message.send.max.retries",
                                                  "enable.gapless.guarantee",
                                                  "max.in.flight",
                                                  "max.in.flight.requests.per.connection",
                                                  "queue.buffering.max.messages",
                                                  "queue.buffering.max.kbytes",
                                                  "linger.ms"};
  for (const std::string_view one : keys) {
    if (one == key) return true;
  }
  return false;
}

bool only_for_consumers(std::string_view key) {
  constexpr std::array<std::string_view, 7> keys{
      "enable.partition.eof", "isolation.level",        "auto.offset.reset",         "enable.auto.commit",
      "fetch.wait.max.ms",    "fetch.error.backoff.ms", "queued.max.messages.kbytes"};
  for (const std::string_view one : keys) {
    if (one == key) return true;
  }
  return false;
}

engine::Result<> set(rd_kafka_conf_t* conf, const std::string& key, const std::string& value) {
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(conf, key.c_str(), value.c_str(), error.data(), error.size()) == RD_KAFKA_CONF_OK) {
    return {};
  }
  return std::string(error.data());
}

/// The user's pairs; an error says which one is wrong and why.
engine::Result<> set_users(rd_kafka_conf_t* conf, const Settings& settings) {
  for (const auto& [key, value] : settings.client) {
    if (const WrongPair wrong = check_pair(key, value); !wrong.what.empty())
      return "kafka.client \"" + key + "\" " + wrong.what;
    if (const engine::Result<> done = set(conf, key, value); !done.ok())
      return "kafka.client \"" + key + "\": " + done.error();
  }
  return {};
}

/// librdkafka's warnings about settings that we have chosen on purpose are logged at debug level.
bool on_our_choices(std::string_view line) {
  return line.find("enable.gapless.guarantee") != std::string_view::npos ||
         line.find("allow.auto.create.topics=false") != std::string_view::npos;
}

void take_log(const rd_kafka_t* handle, int level, const char* facility, const char* line) {
  if (handle == nullptr) return;
  auto* const client = static_cast<Client*>(rd_kafka_opaque(handle));
  if (level <= LOG_ERR) client->note_error(line);
  if (!client->settings().log) return;
  client->settings().log(on_our_choices(line) ? LOG_DEBUG : level, std::string{facility} + ": " + line);
}

}  // namespace

void DestroyQueue::operator()(rd_kafka_queue_s* queue) const { rd_kafka_queue_destroy(queue); }
void DestroyTopic::operator()(rd_kafka_topic_s* topic) const { rd_kafka_topic_destroy(topic); }
void DestroyEvent::operator()(rd_kafka_op_s* event) const { rd_kafka_event_destroy(event); }

engine::Result<> Client::create(Role role) {
  const bool producer = role == Role::producer;
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  engine::Result<> done;
  for (const Pairs& pairs : {preferred(settings_), fixed(settings_)}) {
    for (const auto& [key, value] : pairs) {
      if (producer ? only_for_consumers(key) : only_for_producers(key)) continue;
      if (done.ok()) done = set(conf, key, value);
    }
  }
  if (done.ok()) done = set_users(conf, settings_);
  if (!done.ok()) {
    rd_kafka_conf_destroy(conf);
    return done;
  }
  rd_kafka_conf_set_opaque(conf, this);
  rd_kafka_conf_set_log_cb(conf, &take_log);
  if (producer) rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  std::array<char, 512> text{};
  handle_ = rd_kafka_new(producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf, text.data(), text.size());
  if (handle_ == nullptr) {
    rd_kafka_conf_destroy(conf);  // rd_kafka_new takes it only when it succeeds
    return std::string(text.data());
  }
  return {};
}

void Client::close() {
  if (handle_ == nullptr) return;
  rd_kafka_purge(handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_destroy(handle_);
  handle_ = nullptr;
}

std::string Client::last_error() const {
  const std::lock_guard lock(mutex_);
  return last_error_;
}

void Client::note_error(std::string_view text) {
  const std::lock_guard lock(mutex_);
  last_error_ = text;
}

}  // namespace kafka
