#include "edge/config/settings.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "edge/config/texts.h"
#include "engine/limits.h"

namespace edge {
namespace {

using namespace std::chrono_literals;
using Kind = Rule::Kind;

constexpr Rule text(engine::Result<> (*check)(std::string_view) = nullptr) { return {.check = check}; }
constexpr Rule secret{.kind = Kind::secret};
constexpr Rule secrets{.kind = Kind::secret, .list = true};
constexpr Rule secret_url{.kind = Kind::secret, .url = true};
constexpr Rule duration(Duration low, Duration high) {
  return {.kind = Kind::duration, .low = low.count(), .high = high.count()};
}
constexpr Rule count(std::int64_t low, std::int64_t high) {
  return {.kind = Kind::count, .low = low, .high = high};
}
constexpr Rule bytes(std::int64_t low, std::int64_t high) {
  return {.kind = Kind::bytes, .low = low, .high = high};
}
constexpr Rule choice(std::string_view choices) { return {.kind = Kind::choice, .choices = choices}; }
constexpr Rule rate{.kind = Kind::rate};
constexpr Rule flag{.kind = Kind::flag};
constexpr Rule address{.kind = Kind::address};
constexpr Rule table{.kind = Kind::table};

constexpr Duration day = 24h;
constexpr Rule attempts = count(1, 1000);
constexpr Rule backoff = duration(1ms, 1h);
constexpr Rule deadline = duration(100ms, 30 * day);
constexpr std::int64_t mebibyte = 1 << 20;

// A row: the field, which is also the key, its default, its rule and its meaning.
#define FIELD(path) [](Config& config) -> Slot { return &config.path; }
// clang-format off
#define ROW(path, fallback, rule, meaning) Setting{#path, fallback, {}, meaning, rule, FIELD(path)}
// Where a handler says nothing about its retries, [retry] does.
#define OWN_RETRY(handler, name, rule)                                                        \
  Setting{#handler ".retry." #name, {}, "retry." #name, "as in [retry], for " #handler, rule, \
          FIELD(handler.retry.name)}
// clang-format on
#define OWN_RETRIES(handler)                                                    \
  OWN_RETRY(handler, attempts, attempts), OWN_RETRY(handler, backoff, backoff), \
      OWN_RETRY(handler, backoff_max, backoff), OWN_RETRY(handler, deadline, deadline)
// What a handler's work needs that is done outside.
#define OUTSIDE(handler)                                                                                   \
  ROW(handler.url, "", text(), "with \"http\": where it is called, https://HOST/PATH"),                    \
      ROW(handler.secret, "[]", secrets, "with \"http\": what calls are signed with, whsec_…; or a list"), \
      ROW(handler.timeout, "30s", duration(1ms, 10min), "with \"http\": how long one call may take"),      \
      ROW(handler.answer_deadline, "1h", duration(100ms, 30 * day),                                        \
          "how long it may take to answer when it has said \"later\""),                                    \
      ROW(handler.connections, "32", count(1, 1024), "with \"http\": calls under way at once"),            \
      ROW(handler.ca_file, "", text(),                                                                     \
          "with \"http\": the authorities its certificate is checked with, PEM; empty: the system's")

constexpr std::array settings{
    ROW(http.listen, "127.0.0.1:8080", address, "the address HTTP is served on; port 0: any free one"),
    ROW(http.hosts, "[]", table,
        "names it is called by, beside addresses and localhost; checked without tokens"),
    ROW(http.tokens, "[]", table,
        "who may call: name, sha256 of the bearer token, scopes orders, admin, participant"),
    ROW(http.open, "false", flag, "without tokens anybody may call, from other machines, too"),
    ROW(http.connections, "8192", count(1, 1'000'000), "connections open at once; more are not accepted"),
    ROW(http.ack_deadline, "30s", duration(10ms, 10min),
        "an order unacknowledged for so long is answered 504"),
    ROW(http.head_deadline, "10s", duration(100ms, 10min),
        "how long a request's head may take, from its first byte"),
    ROW(http.body_deadline, "20s", duration(100ms, 10min),
        "how long a request's body may take, from its last header"),
    ROW(http.idle_deadline, "75s", duration(100ms, 1h),
        "how long a connection may wait for its next request"),
    ROW(http.drain_deadline, "25s", duration(100ms, 10min), "how long a stop may wait for what is under way"),

    ROW(kafka.brokers, "", text(texts::check_brokers), "where Kafka is, host:port with commas between"),
    ROW(kafka.topic, "orders", text(texts::check_topic), "the log of all orders"),
    ROW(kafka.client, "{}", table, "settings passed to librdkafka as they are"),
    ROW(kafka.requests, "", text(texts::check_requests),
        "where participants over the topic ask; the default: the topic's name and .requests"),
    ROW(kafka.start_deadline, "30s", duration(100ms, 1h), "how long a start waits for Kafka, then exit 69"),
    ROW(kafka.linger, "0.2ms", duration(0ns, 100ms),
        "the least time between two produce requests; what comes meanwhile shares one"),
    ROW(kafka.max_in_flight, "1", count(1, 5), "produce requests under way at once"),

    ROW(redis.url, "", secret_url, "where Redis is: redis://host:6379/0 or unix:///path"),
    ROW(redis.password, "", secret, "what Redis asks for"),
    ROW(redis.start_deadline, "30s", duration(100ms, 1h), "how long a start waits for Redis, then exit 69"),

    ROW(mail.url, "", text(), "how mail leaves: smtp://host:587, smtps://host:465, dir:PATH, discard:"),
    ROW(mail.from, "", text(), "the sender of every mail"),
    ROW(mail.user, "", text(), "the name to log in with"),
    ROW(mail.password, "", secret, "the password to log in with"),
    ROW(mail.ca_file, "", text(),
        "the authorities the mail server's certificate is checked with, PEM; empty: the system's"),
    ROW(mail.ehlo, "", text(),
        "the name to greet the mail server with (EHLO); empty: the domain of mail.from"),
    ROW(mail.connections, "2", count(1, 64), "mail servers' connections, one thread each"),
    ROW(mail.retry.backoff, "1s", backoff, "the first pause before a mail is tried again"),
    ROW(mail.retry.backoff_max, "5m", backoff, "the longest pause"),
    ROW(mail.retry.deadline, "24h", deadline, "a mail unsent for so long is given up"),
    ROW(mail.backlog, "1000000", count(1, 100'000'000), "orders that may wait for their mail only"),

    ROW(orders.live, "65536", count(16, engine::limits::live_orders_max), "orders under way at once"),
    ROW(orders.memory, "256MiB", bytes(mebibyte, mebibyte << 20), "memory for orders under way"),
    ROW(orders.currency, "USD", text(), "the currency of an order that names none"),
    ROW(orders.keep, "30d", duration(1min, 3650 * day), "how long finished orders stay in Redis"),
    ROW(orders.deadline, "24h", duration(1s, 365 * day), "an order unfinished for so long is turned back"),

    Setting{"payment.provider",
            "simulated",
            {},
            "who takes payments: simulated, http, topic",
            choice("simulated http topic"),
            FIELD(payment.provider),
            true},
    OUTSIDE(payment),
    ROW(payment.capture, "at_once", choice("at_once with_shipment"), "when the money is taken"),
    ROW(payment.simulate.decline_over, "", text(), "decline amounts over this"),
    ROW(payment.simulate.decline_email, "", text(), "decline these e-mail addresses; * for anything"),
    ROW(payment.simulate.decline_rate, "0.0", rate, "decline this share, 0 to 1"),
    ROW(payment.simulate.transient_rate, "0.0", rate, "fail this share of the attempts for a while"),
    ROW(payment.simulate.refund_transient_rate, "0.0", rate, "the same of refunds"),
    ROW(payment.simulate.latency, "0ms", duration(0ns, 1h), "how long an answer takes"),
    OWN_RETRIES(payment),

    ROW(inventory.provider, "own", choice("own http topic"), "who keeps the stock: own, http, topic"),
    OUTSIDE(inventory),
    ROW(inventory.untracked, "accept", choice("accept reject"), "an order for an unknown sku"),
    OWN_RETRIES(inventory),

    Setting{"shipping.provider",
            "simulated",
            {},
            "who ships: simulated, http, topic",
            choice("simulated http topic"),
            FIELD(shipping.provider),
            true},
    OUTSIDE(shipping),
    ROW(shipping.simulate.fail_sku, "", text(), "fail these skus; * for anything"),
    ROW(shipping.simulate.fail_rate, "0.0", rate, "fail this share, 0 to 1"),
    ROW(shipping.simulate.transient_rate, "0.0", rate, "fail this share of the attempts for a while"),
    ROW(shipping.simulate.latency, "0ms", duration(0ns, 1h), "how long an answer takes"),
    OWN_RETRIES(shipping),

    ROW(notification.provider, "own", choice("own http topic"),
        "who tells the customer: own (mail), http, topic"),
    OUTSIDE(notification),

    ROW(retry.attempts, "9", attempts, "attempts at a step; an undo has no such bound"),
    ROW(retry.backoff, "100ms", backoff, "the first pause between attempts"),
    ROW(retry.backoff_max, "10s", backoff, "the longest pause"),
    ROW(retry.deadline, "10m", deadline, "a step that fails for so long has failed"),

    ROW(events.type_prefix, "", text(texts::check_type_prefix), "what stands before every event's type"),
    ROW(events.source, "/saga", text(texts::check_source), "what every event's source begins with"),
    ROW(events.mode, "structured", choice("structured binary"), "how a CloudEvent lies in a record"),

    ROW(workers.placement, "auto", table, "which agent runs on which CPU"),
    ROW(workers.idle, "auto", choice("auto spin yield park"), "what a worker without work does; auto parks"),

    ROW(traces.url, "", text(), "where traces go, OTLP over HTTP: http://HOST:4318; empty: nowhere"),
    ROW(traces.headers, "{}", table,
        "what the collector wants to be told: { authorization = { env = \"NAME\" } }"),
    ROW(traces.sample, "0.01", rate,
        "trace this share of the orders that come without a traceparent, 0 to 1"),

    ROW(log.level, "info", choice("debug info warn error"), "the least that is logged"),
    ROW(log.format, "text", choice("text json"), "how a line of the log is written"),
};
#undef OUTSIDE
#undef OWN_RETRIES
#undef OWN_RETRY
#undef ROW
#undef FIELD

}  // namespace

std::span<const Setting> all_settings() { return settings; }

const Setting* find_setting(std::string_view key) {
  const auto found =
      std::find_if(settings.begin(), settings.end(), [&](const Setting& s) { return s.key == key; });
  return found == settings.end() ? nullptr : &*found;
}

std::string_view why_refused(std::string_view key) {
  if (key == "notification.retry" || key.starts_with("notification.retry."))
    return "is mail.retry, whoever sends; write it there";
  return {};
}

}  // namespace edge
