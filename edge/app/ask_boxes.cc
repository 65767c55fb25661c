#include "edge/app/ask_boxes.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "edge/app/settings.h"
#include "edge/config/settings.h"
#include "edge/config/suggest.h"
#include "edge/http/api/known_words.h"
#include "edge/kafka/client_settings.h"
#include "edge/redis/url.h"
#include "edge/traces/settings.h"
#include "engine/runtime/cpus.h"
#include "handlers/simulate.h"

namespace edge {
namespace {

using Findings = std::vector<Finding>;

void ask_http(const Config& config, Findings& findings) {
  const http::Settings settings = http_settings(config);
  for (std::size_t i = 0; i < settings.tokens.size(); ++i) {
    if (const auto word = http::known_word(settings.tokens[i]))
      findings.push_back(
          {"http.tokens",
           fmt::format("the sha256 of \"{}\" is that of \"{}\", which anybody would try; make a token "
                       "with: openssl rand -hex 32",
                       settings.tokens[i].name, *word),
           "http.tokens"});
  }
}

void ask_kafka(const Config& config, Findings& findings) {
  for (kafka::WrongPair& wrong : kafka::check(kafka_settings(config, nullptr))) {
    if (wrong.unknown) {
      const std::vector<std::string> known = kafka::known_names();
      const std::vector<std::string_view> views(known.begin(), known.end());
      const std::string_view near = nearest(wrong.name, views);
      wrong.what += near.empty() ? "; correct or remove it" : fmt::format("; did you mean {}?", near);
    }
    findings.push_back({"kafka.client", std::move(wrong.what), {}, std::move(wrong.name)});
  }
}

void ask_redis(const Config& config, Findings& findings) {
  if (!config.redis.url.value.empty()) {
    redis::UrlParse url = redis_url(config);
    if (!url.parsed.ok()) findings.push_back({"redis.url", std::move(url.parsed).error(), "redis.password"});
  } else if (!config.redis.password.value.empty()) {
    findings.push_back({"redis.password", "has no address beside it; write redis.url", "redis.url"});
  }
}

void ask_mail(const Config& config, const std::string& data, Findings& findings) {
  for (smtp::WrongSetting& wrong : smtp::check(mail_settings(config, data, nullptr))) {
    const Setting* const setting = find_setting(fmt::format("mail.{}", wrong.key));
    const std::string_view beside = wrong.key == "user" ? "mail.password" : "mail.user";
    findings.push_back(
        {setting->key, std::move(wrong.what), wrong.key == "from" || wrong.key == "ehlo" ? "" : beside});
  }
}

void ask_participants(const Config& config, Findings& findings) {
  for (const saga::HandlerId handler : provided) {
    const Provider& provider = provider_of(config, handler);
    if (provider.provider != ProviderKind::http) continue;
    const auto key_of = [&](std::string_view name) {
      return find_setting(fmt::format("{}.{}", saga::name(handler), name))->key;
    };
    for (participants::WrongSetting& wrong :
         participants::check(participant_settings(provider, handler, nullptr))) {
      const std::string_view chosen = key_of("provider");
      findings.push_back({key_of(wrong.key), std::move(wrong.what), chosen, {}, chosen});
    }
  }
}

void ask_traces(const Config& config, Findings& findings) {
  if (config.traces.url.empty()) return;
  if (auto checked = traces::check_url(config.traces.url); !checked.ok())
    findings.push_back({"traces.url", std::move(checked).error()});
  for (const Header& header : config.traces.headers) {
    if (auto checked = traces::check_header({header.name, header.value.value}); !checked.ok())
      findings.push_back({"traces.headers", std::move(checked).error(), {}, header.name});
  }
}

void ask_payment(const Config& config, Findings& findings) {
  const std::string& over = config.payment.simulate.decline_over;
  if (!over.empty() && handlers::ten_thousandths(over) < 0)
    findings.push_back(
        {"payment.simulate.decline_over",
         fmt::format("\"{}\" is more than the rule can count; write at most 100000000", over)});
}

void ask_workers(const Config& config, Findings& findings) {
  const std::vector<int> usable = runtime::usable_cpus().ids;
  for (const runtime::AgentCpu& one : config.workers.placement) {
    if (std::find(usable.begin(), usable.end(), one.cpu) != usable.end()) continue;
    findings.push_back(
        {"workers.placement",
         fmt::format("there is no CPU {} for this process; it may use {}", one.cpu, fmt::join(usable, ", ")),
         {},
         one.agent});
  }
}

}  // namespace

std::vector<Finding> ask_boxes(const Config& config, const std::string& data) {
  Findings findings;
  ask_http(config, findings);
  ask_kafka(config, findings);
  ask_redis(config, findings);
  if (config.notification.provider == ProviderKind::ours) ask_mail(config, data, findings);
  ask_participants(config, findings);
  ask_payment(config, findings);
  ask_traces(config, findings);
  ask_workers(config, findings);
  return findings;
}

}  // namespace edge
