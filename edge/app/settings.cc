#include "edge/app/settings.h"

#include <algorithm>

#include "edge/http/api/random.h"
#include "edge/smtp/message.h"
#include "engine/ensure.h"
#include "engine/limits.h"
#include "engine/saga/id.h"

namespace edge {
namespace {

/// Levels as in syslog: 0 to 3 are errors, 4 a warning, 5 and 6 information.
Log::Level level_of(int syslog) {
  if (syslog <= 3) return Log::Level::error;
  if (syslog == 4) return Log::Level::warn;
  return syslog <= 6 ? Log::Level::info : Log::Level::debug;
}

/// A participant is given twice as many calls as it has connections: the next one is there when one ends.
std::array<handlers::CallRules, saga::handlers> call_rules(const Config& config) {
  std::array<handlers::CallRules, saga::handlers> rules{};
  for (const saga::HandlerId handler : provided) {
    const Provider& provider = provider_of(config, handler);
    rules[static_cast<std::size_t>(handler)] = {.at_once = 2 * static_cast<std::size_t>(provider.connections),
                                                .answer_deadline = provider.answer_deadline};
  }
  return rules;
}

handlers::RetryRulesByHandler step_retry(const Config& config) {
  handlers::RetryRulesByHandler rules;
  rules.of(saga::HandlerId::payment) = config.payment.retry;
  // The engine's own stock has no attempts.
  if (config.inventory.provider != ProviderKind::ours)
    rules.of(saga::HandlerId::inventory) = config.inventory.retry;
  rules.of(saga::HandlerId::shipping) = config.shipping.retry;
  for (const saga::HandlerId handler :
       {saga::HandlerId::payment, saga::HandlerId::inventory, saga::HandlerId::shipping})
    rules.of(handler).order_deadline = config.orders.deadline;
  return rules;
}

handlers::PaymentRules payment_rules(const Config& config) {
  const PaymentRules& told = config.payment.simulate;
  return {.decline_over = told.decline_over.empty() ? -1 : handlers::ten_thousandths(told.decline_over),
          .decline_email = told.decline_email,
          .decline_rate = told.decline_rate,
          .transient_rate = told.transient_rate,
          .refund_transient_rate = told.refund_transient_rate,
          .latency = told.latency};
}

std::function<void(int level, std::string_view line)> told_to(Log* log, const char* from) {
  if (log == nullptr) return {};
  return [log, from](int level, std::string_view line) {
    log->write(level_of(level), line, {{"from", from}});
  };
}

}  // namespace

http::Settings http_settings(const Config& config) {
  http::Settings settings;
  settings.host = config.http.listen.host;
  settings.port = config.http.listen.port;
  settings.hosts = config.http.hosts;
  settings.connections = config.http.connections;
  settings.ack_deadline = config.http.ack_deadline;
  settings.head_deadline = config.http.head_deadline;
  settings.body_deadline = config.http.body_deadline;
  settings.idle_deadline = config.http.idle_deadline;
  settings.currency = saga::find_currency(config.orders.currency).value_or(saga::Currency{});
  settings.traced = config.traces.url.empty() ? 0 : config.traces.sample;
  for (const Token& token : config.http.tokens) {
    settings.tokens.push_back({token.name, token.sha256, token.orders, token.admin, token.participant});
  }
  return settings;
}

kafka::Settings kafka_settings(const Config& config, Log* log) {
  kafka::Settings settings;
  settings.brokers = config.kafka.brokers;
  settings.topic = config.kafka.topic;
  for (const ClientSetting& pair : config.kafka.client)
    settings.client.emplace_back(pair.name, pair.value.value);
  settings.start_deadline = config.kafka.start_deadline;
  settings.in_flight = static_cast<int>(config.kafka.max_in_flight);
  settings.log = told_to(log, "kafka");
  return settings;
}

codec::EventStyle event_style(const Config& config) {
  codec::EventStyle style;
  style.type_prefix = config.events.type_prefix;
  style.source = config.events.source;
  style.mode = config.events.mode;
  if (config.notification.provider != ProviderKind::ours)
    style.mail_domain.clear();  // whoever sends the mails has ids of their own
  else if (const auto sender = smtp::parse_sender(config.mail.from))
    style.mail_domain = sender->domain();
  return style;
}

smtp::Settings mail_settings(const Config& config, const std::string& data, Log* log) {
  smtp::Settings settings;
  settings.url = config.mail.url.empty() ? "dir:" + data + "/outbox" : config.mail.url;
  settings.from = config.mail.from;
  settings.user = config.mail.user;
  settings.password = config.mail.password.value;
  settings.ehlo = config.mail.ehlo;
  settings.connections = static_cast<int>(config.mail.connections);
  settings.ca_file = config.mail.ca_file;
  settings.log = told_to(log, "mail");
  return settings;
}

traces::Settings trace_settings(const Config& config, const std::string& engine_id, Log* log) {
  traces::Settings settings;
  settings.url = config.traces.url;
  for (const Header& header : config.traces.headers)
    settings.headers.push_back({header.name, header.value.value});
  settings.engine_id = engine_id;
  settings.version = ENGINE_RELEASE;
  settings.log = told_to(log, "traces");
  return settings;
}

participants::Settings participant_settings(const Provider& provider, saga::HandlerId handler, Log* log) {
  participants::Settings settings;
  settings.name = saga::name(handler);
  settings.url = provider.url;
  for (const Secret& secret : provider.secret) settings.secrets.push_back(secret.value);
  settings.connections = provider.connections;
  settings.ca_file = provider.ca_file;
  settings.timeout = provider.timeout;
  settings.log = told_to(log, "participants");
  return settings;
}

const Provider& provider_of(const Config& config, saga::HandlerId handler) {
  switch (handler) {
    case saga::HandlerId::payment:
      return config.payment;
    case saga::HandlerId::inventory:
      return config.inventory;
    case saga::HandlerId::shipping:
      return config.shipping;
    case saga::HandlerId::notification:
      return config.notification;
    case saga::HandlerId::order:
    case saga::HandlerId::nobody:
      break;
  }
  ENSURE(false);
  return config.payment;
}

std::array<handlers::PartitionPorts::Provider, saga::handlers> providers(const Config& config) {
  using By = handlers::PartitionPorts::Provider;
  std::array<By, saga::handlers> chosen{};
  for (const saga::HandlerId handler : provided) {
    const ProviderKind kind = provider_of(config, handler).provider;
    if (handler == saga::HandlerId::notification && kind == ProviderKind::http)
      continue;  // its participant is a mailer
    chosen[static_cast<std::size_t>(handler)] = kind == ProviderKind::http    ? By::called
                                                : kind == ProviderKind::topic ? By::by_topic
                                                                              : By::own;
  }
  return chosen;
}

bool any_by_topic(const Config& config) {
  return std::any_of(provided.begin(), provided.end(), [&](saga::HandlerId handler) {
    return provider_of(config, handler).provider == ProviderKind::topic;
  });
}

handlers::PartitionSizes partition_sizes(const Config& config) {
  const std::size_t live = std::min<std::size_t>(config.orders.live, engine::limits::live_orders_max);
  return {.live = live,
          .live_bytes = config.orders.memory,
          // A mail server that hangs may hold as many live orders as are under way: not more than a quarter.
          .mails_under_way = std::min(engine::limits::mails_under_way, std::max<std::size_t>(live / 4, 1)),
          .mails_waiting = config.mail.backlog};
}

handlers::PartitionRules partition_rules(const Config& config) {
  return {.payment = payment_rules(config),
          .shipping = config.shipping.simulate,
          .untracked = config.inventory.untracked,
          .retry = step_retry(config),
          .mail_retry = config.mail.retry,
          .capture = config.payment.capture,
          .calls = call_rules(config),
          .early_requests = config.retry.deadline};
}

redis::UrlParse redis_url(const Config& config) {
  return redis::parse_url(config.redis.url.value, config.redis.password.value);
}

std::string new_uuid(engine::Time shown) {
  http::SystemRandom random;
  std::array<std::uint8_t, 10> bits{};
  random.fill(bits);
  return saga::OrderId::v7(shown, bits).str();
}

}  // namespace edge
