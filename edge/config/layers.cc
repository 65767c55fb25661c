#include "edge/config/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "edge/config/suggest.h"
#include "edge/config/toml.h"

namespace edge {
namespace {

constexpr std::string_view client_key = "kafka.client";
constexpr auto default_origin = "default";
constexpr auto dev_origin = "--dev";

std::vector<std::string_view> all_keys() {
  std::vector<std::string_view> keys;
  for (const Setting& setting : all_settings()) keys.push_back(setting.key);
  return keys;
}

// Whether settings lie below it, so that the file may have a table there.
bool is_branch(std::string_view path) {
  const auto settings = all_settings();
  return std::any_of(settings.begin(), settings.end(), [&](const Setting& setting) {
    return setting.key.size() > path.size() && setting.key.starts_with(path) &&
           setting.key[path.size()] == '.';
  });
}

// The names that may stand directly below `prefix`, which is empty or ends in a dot.
std::vector<std::string_view> names_below(std::string_view prefix) {
  std::vector<std::string_view> names;
  for (const Setting& setting : all_settings()) {
    if (!setting.key.starts_with(prefix)) continue;
    const std::string_view rest = setting.key.substr(prefix.size());
    const std::string_view name = rest.substr(0, rest.find('.'));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string variable_name(std::string_view key) {
  std::string name = "ENGINE_";
  for (const char c : key)
    name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

// Kubernetes gives every process ENGINE_SERVICE_HOST and its like when a service is called "engine".
bool is_service_link(std::string_view name) {
  return name.find("_SERVICE_HOST") != std::string_view::npos ||
         name.find("_SERVICE_PORT") != std::string_view::npos || name.ends_with("_PORT") ||
         name.find("_PORT_") != std::string_view::npos;
}

// Whether it says where a secret is, or several, rather than being one.
bool refers(const Node& node, const Rule& rule) {
  return is_reference(node) || (rule.list && node.kind == Node::Kind::array);
}

// Where `path` stands in a table; a name with dots may be nested tables.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the name has dots.
std::optional<Place> find_below(const Node& table, std::string_view path) {
  for (const Member& member : table.members) {
    if (member.key == path) return member.at;
    if (path.size() <= member.key.size() || path[member.key.size()] != '.' || !path.starts_with(member.key))
      continue;
    if (const auto found = find_below(member.value, path.substr(member.key.size() + 1))) return found;
  }
  return {};
}

}  // namespace

std::string locate(const std::string& origin, Place at) {
  return at.line == 0 ? origin : fmt::format("{}:{}:{}", origin, at.line, at.column);
}

void Layers::put(const Setting& setting, Word word) {
  auto& words = words_[std::string(setting.key)];
  if (!word.adds) words.clear();
  words.push_back(std::move(word));
}

const std::vector<Word>& Layers::words(const Setting& setting) const {
  const auto found = words_.find(setting.key);
  if (found != words_.end()) return found->second;
  return words(*find_setting(setting.inherits));
}

bool Layers::written(const Setting& setting) const {
  const auto found = words_.find(setting.key);
  if (found == words_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [](const Word& word) {
    return word.origin != default_origin && word.origin != dev_origin;
  });
}

Source Layers::source(const Setting& setting, std::string_view below) const {
  const std::vector<Word>& all = words(setting);
  for (auto word = all.rbegin(); word != all.rend() && !below.empty(); ++word) {
    if (const auto at = find_below(word->node, below)) return {word->origin, *at};
  }
  return {all.back().origin, all.back().node.at};
}

std::optional<Source> Layers::section_of(const Setting& setting) const {
  const auto found = sections_.find(setting.key.substr(0, setting.key.find('.')));
  if (found == sections_.end()) return std::nullopt;
  return found->second;
}

void Layers::add_defaults(bool dev) {
  for (const Setting& setting : all_settings()) {
    if (setting.inherits.empty()) add_text(setting, setting.fallback, default_origin);
  }
  if (dev) put(*find_setting("mail.from"), {text_node("Shop <orders@shop.example>"), dev_origin});
}

bool Layers::add_file(const std::string& name, std::string_view text) {
  const ParsedToml parsed = parse_toml(text);
  if (!parsed.root) {
    problems_.push_back({parsed.at, locate(name, parsed.at), "syntax", parsed.error + "; correct it"});
    return false;
  }
  add_table(name, *parsed.root, {});
  return true;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the table of settings, three levels.
void Layers::add_table(const std::string& file, const Node& table, const std::string& prefix) {
  for (const Member& member : table.members) {
    const std::string path = prefix + member.key;
    if (const Setting* setting = find_setting(path)) {
      put(*setting, {member.value, file});
    } else if (const std::string_view why = why_refused(path); !why.empty()) {
      problems_.push_back({member.at, locate(file, member.at), path, std::string(why)});
    } else if (!is_branch(path)) {
      problems_.push_back({member.at, locate(file, member.at), path,
                           "is unknown; " + advise(member.key, names_below(prefix))});
    } else if (member.value.kind != Node::Kind::table) {
      problems_.push_back({member.value.at, locate(file, member.value.at), path,
                           fmt::format("is {}; write a table of {}", kind_name(member.value.kind),
                                       fmt::join(names_below(path + "."), ", "))});
    } else {
      if (member.at.line != 0) sections_.try_emplace(path, Source{file, member.at});
      add_table(file, member.value, path + ".");
    }
  }
}

void Layers::add_text(const Setting& setting, std::string_view text, const std::string& origin) {
  using Kind = Rule::Kind;
  const Kind kind = setting.rule.kind;
  const bool number = kind == Kind::count || kind == Kind::rate || kind == Kind::flag;
  Node node = parse_toml_value(text).value_or(text_node(text));
  // Quotes are optional for a string, so 1234 is a fine topic and 1000.00 a fine amount.
  const bool text_wanted = !number && kind != Kind::table;
  if (text_wanted && node.kind != Node::Kind::text && !(kind == Kind::secret && refers(node, setting.rule))) {
    node = text_node(text);
  }
  put(setting, {std::move(node), origin});
}

void Layers::add_environment(const Environment& environment) {
  std::vector<std::string> names;
  for (const Setting& setting : all_settings()) {
    names.push_back(variable_name(setting.key));
    const auto found = environment.find(names.back());
    if (found == environment.end()) continue;
    const auto value = parse_toml_value(found->second);
    if (setting.rule.kind == Rule::Kind::secret && !(value && refers(*value, setting.rule))) {
      // Being in the environment is what `{ env = … }` asks for, and a secret is taken letter by letter.
      Node reference;
      reference.kind = Node::Kind::table;
      reference.members.push_back({"env", {}, text_node(names.back())});
      put(setting, {std::move(reference), names.back()});
    } else {
      add_text(setting, found->second, names.back());
    }
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  for (const auto& variable : environment) {
    const std::string& name = variable.first;
    if (!name.starts_with("ENGINE_") || is_service_link(name)) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string_view near = nearest(name, known);
    // Other programs may use the prefix; only what is in one of our sections, or nearly ours, is a mistake.
    const auto sections = names_below({});
    const bool ours = std::any_of(sections.begin(), sections.end(), [&](std::string_view section) {
      return name.starts_with(variable_name(section) + "_");
    });
    if (!ours && (near.empty() || edit_distance(name, near) > 2)) continue;
    problems_.push_back(
        {{},
         name,
         name,
         near.empty() ? "is no setting; remove it" : fmt::format("is unknown; did you mean {}?", near)});
  }
}

void Layers::add_set(std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string_view key = assignment.substr(0, equals);
  if (equals == std::string_view::npos || key.empty()) {
    problems_.push_back(
        {{}, "--set", std::string(assignment), "has no value; write --set section.key=value"});
    return;
  }
  const std::string_view value = assignment.substr(equals + 1);
  if (const Setting* setting = find_setting(key)) return add_text(*setting, value, "--set");
  if (key.starts_with("kafka.client.") && key.size() > client_key.size() + 1) {
    Node one;
    one.kind = Node::Kind::table;
    Node given = parse_toml_value(value).value_or(text_node(value));
    if (given.kind != Node::Kind::text && !is_reference(given)) given = text_node(value);
    one.members.push_back({std::string(key.substr(client_key.size() + 1)), {}, std::move(given)});
    return put(*find_setting(client_key), {std::move(one), "--set", true});
  }
  if (is_branch(key)) {
    if (const auto table = parse_toml_value(value); table && table->kind == Node::Kind::table) {
      return add_table("--set", *table, std::string(key) + ".");
    }
    const auto names = names_below(std::string(key) + ".");
    problems_.push_back(
        {{},
         "--set",
         std::string(key),
         fmt::format("is a table; write {{ … }} or set one of its {}", fmt::join(names, ", "))});
    return;
  }
  if (const std::string_view why = why_refused(key); !why.empty()) {
    problems_.push_back({{}, "--set", std::string(key), std::string(why)});
    return;
  }
  const std::string_view near = nearest(key, all_keys());
  problems_.push_back({{},
                       "--set",
                       std::string(key),
                       near.empty() ? "is unknown; --print-config lists all"
                                    : fmt::format("is unknown; did you mean {}?", near)});
}

}  // namespace edge
