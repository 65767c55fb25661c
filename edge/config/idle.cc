#include "edge/config/idle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "edge/config/suggest.h"

namespace edge {
namespace {

struct Section {
  std::string_view name;
  std::string_view key;  // of its provider
  ProviderKind kind;
};

std::array<Section, 4> sections(const Config& config) {
  return {Section{"payment", "payment.provider", config.payment.provider},
          Section{"inventory", "inventory.provider", config.inventory.provider},
          Section{"shipping", "shipping.provider", config.shipping.provider},
          Section{"notification", "notification.provider", config.notification.provider}};
}

// With which kinds of provider a setting acts.
struct Acts {
  bool ours = true;
  bool http = true;
  bool topic = true;
  bool with(ProviderKind kind) const {
    return kind == ProviderKind::ours ? ours : kind == ProviderKind::http ? http : topic;
  }
};
constexpr Acts only_ours{.http = false, .topic = false};
constexpr Acts only_http{.ours = false, .topic = false};
constexpr Acts only_topic{.ours = false, .http = false};
constexpr Acts outside{.ours = false};
constexpr Acts not_topic{.topic = false};  // there the answer comes or does not; nobody asks again

bool is_one_of(std::string_view name, std::string_view names) {
  const auto all = split(names, ' ');
  return std::find(all.begin(), all.end(), name) != all.end();
}

// Of a setting of a handler's section, by its name there.
Acts acts_for_handler(std::string_view section, std::string_view name) {
  if (is_one_of(name, "url secret timeout connections ca_file")) return only_http;
  // A mail whose sender says "later" is asked for again, until [mail] retry.deadline.
  if (name == "answer_deadline") return section == "notification" ? only_topic : outside;
  if (name == "untracked" || name.starts_with("simulate.")) return only_ours;
  if (!name.starts_with("retry.")) return {};
  Acts acts;
  acts.ours = section != "inventory";  // the engine's own stock has no attempts that fail
  acts.topic = name == "retry.deadline";
  return acts;
}

// Of [mail]: what its server needs, and what is about mails whoever sends them.
Acts acts_for_mail(std::string_view name) {
  return is_one_of(name, "retry.backoff retry.backoff_max retry.deadline backlog") ? not_topic : only_ours;
}

std::string_view word(const Section& section, ProviderKind kind) {
  return split(find_setting(section.key)->rule.choices, ' ')[static_cast<std::size_t>(kind)];
}

IdleReason reason(const Section& section, const Acts& acts) {
  if (acts.with(section.kind)) return {};
  std::string others;
  for (const ProviderKind kind : {ProviderKind::ours, ProviderKind::http, ProviderKind::topic}) {
    if (acts.with(kind)) others += fmt::format("{}\"{}\"", others.empty() ? "" : " or ", word(section, kind));
  }
  return {fmt::format("does nothing with [{}] provider = \"{}\"; remove it, or write {} there", section.name,
                      word(section, section.kind), others),
          section.key};
}

}  // namespace

IdleReason why_idle(std::string_view key, const Config& config) {
  const auto all = sections(config);
  if (key == "kafka.requests") {
    if (std::any_of(all.begin(), all.end(),
                    [](const auto& each) { return each.kind == ProviderKind::topic; }))
      return {};
    return {"does nothing without a provider = \"topic\"; remove it", "payment.provider"};
  }
  if (key == "http.open" && config.http.open && !config.http.tokens.empty())
    return {"does nothing beside http.tokens, without which nobody may call; remove one of them",
            "http.tokens"};
  if (is_one_of(key, "traces.sample traces.headers") && config.traces.url.empty())
    return {"does nothing without traces.url; remove it, or write the url", "traces.url"};
  const std::size_t dot = key.find('.');
  const std::string_view section = key.substr(0, dot);
  const std::string_view name = key.substr(dot + 1);
  if (section == "mail") return reason(all[3], acts_for_mail(name));
  for (const Section& each : all) {
    if (each.name == section) return reason(each, acts_for_handler(section, name));
  }
  return {};
}

std::string must_be_chosen(const Setting& setting) {
  const std::size_t dot = setting.key.find('.');
  const auto choices = split(setting.rule.choices, ' ');
  return fmt::format("is not chosen; write [{}] {} = \"{}\"   # or \"{}\"", setting.key.substr(0, dot),
                     setting.key.substr(dot + 1), choices[0],
                     fmt::join(choices.begin() + 1, choices.end(), "\", \""));
}

}  // namespace edge
