#include "edge/config/check.h"

#include <fmt/format.h>

#include <optional>

#include "edge/config/idle.h"
#include "edge/config/texts.h"
#include "edge/config/units.h"
#include "engine/saga/money.h"

namespace edge {
namespace {

using Findings = std::vector<Finding>;

void check_services(const Config& config, Findings& findings) {
  const auto need = [&](std::string_view key, bool there, std::string_view example,
                        std::string_view beside = {}) {
    if (!there) {
      findings.push_back(
          {key, fmt::format("is missing; write {} (or run with --dev, which embeds all it needs)", example),
           beside});
    }
  };
  need("kafka.brokers", !config.kafka.brokers.empty(), R"(brokers = "kafka:9092")");
  need("redis.url", !config.redis.url.value.empty(), R"(url = "redis://redis:6379/0")");
  if (config.notification.provider != ProviderKind::ours) return;
  constexpr std::string_view sender = "notification.provider";
  need("mail.url", !config.mail.url.empty(), R"(url = "smtp://host:587", "dir:PATH" or "discard:")", sender);
  need("mail.from", !config.mail.from.empty(), R"(from = "Shop <orders@example.com>")", sender);
}

void check_pauses(std::string_view key, Duration backoff, Duration most, Findings& findings) {
  if (backoff <= most) return;
  findings.push_back({key, fmt::format("{} is over backoff_max, {}; lower the one or raise the other",
                                       render_duration(backoff), render_duration(most))});
}

void check_money(const Config& config, Findings& findings) {
  const auto currency = saga::find_currency(config.orders.currency);
  if (!currency) {
    findings.push_back({"orders.currency",
                        fmt::format("\"{}\" is no ISO 4217 currency; write its three capitals, as in \"USD\"",
                                    config.orders.currency)});
    return;
  }
  const std::string& over = config.payment.simulate.decline_over;
  if (over.empty()) return;
  const auto parsed = saga::parse_money(over, *currency);
  if (parsed.error == saga::MoneyError::none) return;
  findings.push_back({"payment.simulate.decline_over",
                      fmt::format("\"{}\" is no amount of {}: {}; write it with at most {} fraction digits",
                                  over, currency->name(), saga::describe(parsed.error), currency->digits)});
}

// The name that follows from the topic's may be none; what is written has been checked.
void check_requests(const Config& config, Findings& findings) {
  if (!why_idle("kafka.requests", config).empty()) return;
  if (auto checked = texts::check_topic(config.kafka.requests); !checked.ok())
    findings.push_back({"kafka.requests",
                        fmt::format("\"{}\" {}; write it", config.kafka.requests, std::move(checked).error()),
                        "kafka.topic",
                        {},
                        "kafka.topic"});
}

}  // namespace

std::vector<Finding> cross_check(const Config& config, bool dev) {
  Findings findings;
  if (!dev) check_services(config, findings);
  if (config.http.tokens.empty() && !config.http.open && !texts::is_loopback(config.http.listen)) {
    findings.push_back({"http.listen",
                        fmt::format("{} is open to other machines and there are no tokens; add http.tokens, "
                                    "listen on 127.0.0.1, or write open = true if anybody may call",
                                    config.http.listen.host),
                        "http.tokens",
                        {},
                        {},
                        "http.open"});
  }
  check_requests(config, findings);
  check_money(config, findings);
  check_pauses("mail.retry.backoff", config.mail.retry.backoff, config.mail.retry.backoff_max, findings);
  check_pauses("retry.backoff", config.retry.backoff, config.retry.backoff_max, findings);
  const auto own = [&](std::string_view key, const handlers::RetryRules& retry) {
    if (retry.backoff == config.retry.backoff && retry.backoff_max == config.retry.backoff_max) return;
    check_pauses(key, retry.backoff, retry.backoff_max, findings);
  };
  own("payment.retry.backoff", config.payment.retry);
  own("inventory.retry.backoff", config.inventory.retry);
  own("shipping.retry.backoff", config.shipping.retry);
  return findings;
}

}  // namespace edge
