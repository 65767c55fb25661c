// The effective settings as TOML: --print-config.
#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "edge/config/idle.h"
#include "edge/config/load.h"
#include "edge/config/settings.h"
#include "edge/config/suggest.h"
#include "edge/config/toml.h"
#include "edge/config/units.h"

namespace edge {
namespace {

std::string render(const Secret& secret) {
  return secret.reference.empty() ? quote_toml(secret.value) : secret.reference;
}

std::string render(const std::vector<Secret>& secrets) {
  if (secrets.size() == 1) return render(secrets.front());
  std::vector<std::string> items;
  for (const Secret& secret : secrets) items.push_back(render(secret));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string render(const Address& address) {
  const bool six = address.host.find(':') != std::string::npos;
  return quote_toml(fmt::format(fmt::runtime(six ? "[{}]:{}" : "{}:{}"), address.host, address.port));
}

std::string render(const std::vector<std::string>& texts) {
  std::vector<std::string> items;
  for (const std::string& text : texts) items.push_back(quote_toml(text));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string render(const std::vector<Token>& tokens) {
  std::vector<std::string> items;
  for (const Token& token : tokens) {
    std::vector<std::string_view> scopes;
    if (token.orders) scopes.emplace_back("\"orders\"");
    if (token.admin) scopes.emplace_back("\"admin\"");
    if (token.participant) scopes.emplace_back("\"participant\"");
    const std::string handler =
        token.participant ? fmt::format(", handler = \"{}\"", saga::name(*token.participant)) : "";
    items.push_back(fmt::format("{{ name = {}, sha256 = \"{:02x}\", scopes = [{}]{} }}",
                                quote_toml(token.name), fmt::join(token.sha256, ""), fmt::join(scopes, ", "),
                                handler));
  }
  return fmt::format("[{}]", fmt::join(items, ", "));
}

// A table of names and what each is.
template <class Named>
std::string render_table(const std::vector<Named>& table) {
  std::vector<std::string> items;
  for (const Named& one : table)
    items.push_back(fmt::format("{} = {}", quote_toml(one.name), render(one.value)));
  return items.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(items, ", "));
}

std::string render(const std::vector<ClientSetting>& client) { return render_table(client); }
std::string render(const std::vector<Header>& headers) { return render_table(headers); }

std::string render(const std::vector<runtime::AgentCpu>& placement) {
  if (placement.empty()) return "\"auto\"";
  std::vector<std::string> items;
  for (const runtime::AgentCpu& one : placement) items.push_back(fmt::format("{} = {}", one.agent, one.cpu));
  return fmt::format("{{ {} }}", fmt::join(items, ", "));
}

std::string render(const Slot& slot, const Rule& rule) {
  return std::visit(
      [&](const auto* field) -> std::string {
        using Field = std::remove_cv_t<std::remove_pointer_t<decltype(field)>>;
        if constexpr (std::is_enum_v<Field>) {
          return quote_toml(split(rule.choices, ' ')[static_cast<std::size_t>(*field)]);
        } else if constexpr (std::is_same_v<Field, std::string>) {
          return quote_toml(*field);
        } else if constexpr (std::is_same_v<Field, Duration>) {
          return quote_toml(render_duration(*field));
        } else if constexpr (std::is_same_v<Field, std::uint64_t>) {
          return rule.kind == Rule::Kind::bytes ? quote_toml(render_bytes(*field)) : std::to_string(*field);
        } else if constexpr (std::is_same_v<Field, double>) {
          return fmt::format("{:#}", *field);
        } else if constexpr (std::is_same_v<Field, bool>) {
          return *field ? "true" : "false";
        } else {
          return render(*field);
        }
      },
      slot);
}

}  // namespace

std::string print_config(const Loaded& loaded) {
  Config config = loaded.config;
  std::string printed;
  std::string_view section;
  for (const Setting& setting : all_settings()) {
    const std::string_view own = setting.key.substr(0, setting.key.find('.'));
    if (own != section) printed += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", own);
    section = own;
    // Written, it would be refused.
    const std::string_view remark = why_idle(setting.key, config).empty() ? "" : "# ";
    const std::string assignment = fmt::format("{}{} = {}", remark, setting.key.substr(own.size() + 1),
                                               render(setting.slot(config), setting.rule));
    const auto origin = loaded.origins.find(std::string(setting.key));
    printed += fmt::format("{:<40}  # {}: {}\n", assignment,
                           origin == loaded.origins.end() ? "unset" : origin->second, setting.meaning);
  }
  return printed;
}

}  // namespace edge
