// The settings that are tables or lists: tokens, Kafka client settings, the placement.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "edge/config/read.h"
#include "edge/config/suggest.h"

namespace edge {
namespace {

using runtime::agents;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool parse_digest(std::string_view hex, std::array<std::uint8_t, 32>& digest) {
  if (hex.size() != digest.size() * 2) return false;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    digest[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

// It stands in events and in the log.
bool is_printable(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return code >= 0x20 && code != 0x7f;
  });
}

// Whose work can be done outside.
std::optional<saga::HandlerId> find_handler(std::string_view text) {
  using saga::HandlerId;
  for (const HandlerId handler :
       {HandlerId::payment, HandlerId::inventory, HandlerId::shipping, HandlerId::notification}) {
    if (saga::name(handler) == text) return handler;
  }
  return std::nullopt;
}

// Of librdkafka's settings, those of versions to come among them: passwords, keys and what may hold them.
bool is_secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 6> words{"password", "passphrase",  "secret",
                                                         "key.pem",  "jaas.config", "oauthbearer.config"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

// Of headers: those that let somebody in. One that nobody has thought of may be kept in the environment all the same.
bool is_secret_header(std::string_view name) {
  static constexpr std::array<std::string_view, 6> words{"auth",   "token",    "key",
                                                         "secret", "password", "cookie"};
  std::string low{name};
  std::transform(low.begin(), low.end(), low.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return low.find(word) != std::string_view::npos; });
}

}  // namespace

void ValueReader::read_texts(const Node& node, std::vector<std::string>& field) {
  if (node.kind != Node::Kind::array) return complain_kind(node, R"([ "shop.example" ])");
  std::vector<std::string> texts;
  for (const Node& item : node.items) {
    const std::string below = fmt::format("[{}]", texts.size());
    if (item.kind != Node::Kind::text) return complain_kind(item, "a string in quotes", below);
    if (item.text.empty()) return complain(item, "is empty; write a name", below);
    texts.push_back(item.text);
  }
  field = texts;
}

void ValueReader::read_tokens(const Node& node, std::vector<Token>& field) {
  constexpr auto wanted = R"([ { name = "shop", sha256 = "<64 hex digits>", scopes = ["orders"] } ])";
  if (node.kind != Node::Kind::array) return complain_kind(node, wanted);
  std::vector<Token> tokens;
  for (const Node& item : node.items) {
    const std::string below = fmt::format("[{}]", tokens.size());
    Token& token = tokens.emplace_back();
    if (item.kind != Node::Kind::table) {
      complain_kind(item, R"({ name = "shop", sha256 = "<64 hex digits>", scopes = ["orders"] })", below);
      continue;
    }
    if (!read_token(item, below, token)) continue;
    const auto same_name = [&](const Token& other) { return &other != &token && other.name == token.name; };
    if (std::any_of(tokens.begin(), tokens.end(), same_name)) {
      complain(item,
               fmt::format("\"{}\" is named twice; orders' ids derive from the name, give each its own",
                           token.name),
               below);
    }
    const auto same_digest = [&](const Token& other) {
      return &other != &token && other.sha256 == token.sha256;
    };
    if (std::any_of(tokens.begin(), tokens.end(), same_digest))
      complain(item, "has the sha256 of another token, which alone would count; give each its own", below);
  }
  field = tokens;
}

bool ValueReader::read_token(const Node& node, const std::string& below, Token& token) {
  static constexpr std::array<std::string_view, 4> keys{"name", "sha256", "scopes", "handler"};
  const std::size_t before = complaints_.size();
  std::array<bool, keys.size()> seen{};
  bool participant = false;
  for (const Member& member : node.members) {
    const std::string path = fmt::format("{}.{}", below, member.key);
    const auto key = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), member.key) - keys.begin());
    if (key == keys.size()) {
      complaints_.push_back({member.at, path, "is unknown; " + advise(member.key, keys)});
      continue;
    }
    seen[key] = true;
    if (member.key == "scopes") {
      if (member.value.kind != Node::Kind::array) {
        complain_kind(member.value, R"(["orders"], ["admin"], ["participant"] or several)", path);
        continue;
      }
      if (member.value.items.empty())
        complain(member.value, "is empty; write \"orders\", \"admin\" or \"participant\"", path);
      for (const Node& scope : member.value.items) read_scope(scope, path, token, participant);
    } else if (member.key == "sha256") {
      read_digest(member.value, path, token);
    } else if (member.value.kind != Node::Kind::text) {
      complain_kind(member.value, "a string in quotes", path);
    } else if (member.key == "name") {
      token.name = member.value.text;
      if (!is_printable(token.name))
        complain(member.value, "is no name; write 1 to 64 printable characters for who holds the token",
                 path);
    } else {
      token.participant = find_handler(member.value.text);
      if (!token.participant)
        complain(member.value, "is no handler; write payment, inventory, shipping or notification", path);
    }
  }
  for (std::size_t key = 0; key < keys.size(); ++key) {
    if (!seen[key] && keys[key] != "handler")
      complain(node, "is missing; write it", fmt::format("{}.{}", below, keys[key]));
  }
  const auto said = [&](std::string_view name) {
    return seen[static_cast<std::size_t>(std::find(keys.begin(), keys.end(), name) - keys.begin())];
  };
  if (participant && !said("handler"))
    complain(node, R"(is missing; write whose work the participant does, as in handler = "payment")",
             below + ".handler");
  if (said("handler") && said("scopes") && !participant)
    complain(node, R"(does nothing without the scope "participant"; remove it, or add the scope)",
             below + ".handler");
  return complaints_.size() == before;
}

// As it is, for it is no secret, or where the environment or a file has it.
void ValueReader::read_digest(const Node& node, const std::string& below, Token& token) {
  Secret digest;
  if (is_reference(node)) {
    read_secret(node, {}, digest, below);
    if (digest.value.empty()) return;
  } else if (node.kind != Node::Kind::text) {
    return complain_kind(node, "a string in quotes", below);
  } else {
    digest.value = node.text;
  }
  if (!parse_digest(digest.value, token.sha256))
    complain(node, "is no SHA-256; write the 64 hex digits that `printf %s TOKEN | sha256sum` prints", below);
}

void ValueReader::read_scope(const Node& node, const std::string& below, Token& token, bool& participant) {
  const std::string_view scope = node.kind == Node::Kind::text ? std::string_view(node.text) : "";
  if (scope == "orders") {
    token.orders = true;
  } else if (scope == "admin") {
    token.admin = true;
  } else if (scope == "participant") {
    participant = true;
  } else {
    complain(node, "is no scope; write \"orders\", \"admin\" or \"participant\"", below);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): `security.protocol = …` without quotes nests tables, as deep as it has
// dots.
void ValueReader::read_client(const Node& node, const std::string& prefix,
                              std::vector<ClientSetting>& field) {
  for (const Member& member : node.members) {
    const std::string name = prefix + member.key;
    if (member.value.kind == Node::Kind::table && !is_reference(member.value)) {
      read_client(member.value, name + ".", field);
    } else {
      read_client_setting(member, name, field);
    }
  }
}

void ValueReader::read_client_setting(const Member& member, const std::string& name,
                                      std::vector<ClientSetting>& field) {
  const std::string below = "." + name;
  Node value = member.value;
  // librdkafka takes texts only; a number or a truth value has just one spelling there.
  if (value.kind == Node::Kind::integer) value = text_node(std::to_string(value.integer), value.at);
  if (value.kind == Node::Kind::boolean) value = text_node(value.integer != 0 ? "true" : "false", value.at);
  ClientSetting setting{name, {}};
  if (is_secret_name(name) || is_reference(value)) {
    read_secret(value, {}, setting.value, below);
  } else if (value.kind != Node::Kind::text) {
    return complain_kind(value, "a string in quotes", below);
  } else if (value.text.find('\0') != std::string::npos) {
    return complain(value, "holds a NUL; remove it", below);
  } else {
    setting.value.value = value.text;
  }
  const auto same =
      std::find_if(field.begin(), field.end(), [&](const auto& other) { return other.name == name; });
  if (same != field.end()) {
    *same = setting;  // a later layer's word
  } else {
    field.push_back(setting);
  }
}

void ValueReader::read_headers(const Node& node, std::vector<Header>& field) {
  if (node.kind != Node::Kind::table)
    return complain_kind(node, R"({ authorization = { env = "NAME" }, … })");
  const std::size_t before = complaints_.size();
  std::vector<Header> headers;
  for (const Member& member : node.members) {
    Header& header = headers.emplace_back(Header{member.key, {}});
    const std::string below = "." + member.key;
    if (is_secret_header(member.key) || is_reference(member.value)) {
      read_secret(member.value, {}, header.value, below);
    } else if (member.value.kind != Node::Kind::text) {
      complain_kind(member.value, "a string in quotes", below);
    } else {
      header.value.value = member.value.text;
    }
  }
  if (complaints_.size() == before) field = std::move(headers);
}

void ValueReader::read_placement(const Node& node, std::vector<runtime::AgentCpu>& field) {
  if (node.kind == Node::Kind::text && node.text == "auto") {
    field.clear();
    return;
  }
  if (node.kind != Node::Kind::table) {
    return complain(node, "is no placement; write \"auto\" or { reactor = 0, journal = 1, … }");
  }
  const std::size_t before = complaints_.size();
  std::vector<runtime::AgentCpu> placement;
  for (const Member& member : node.members) {
    const std::string below = "." + member.key;
    if (std::find(std::begin(agents), std::end(agents), member.key) == std::end(agents)) {
      complaints_.push_back({member.at, below, "is no agent; " + advise(member.key, agents)});
    } else if (member.value.kind != Node::Kind::integer) {
      complain_kind(member.value, "the number of a CPU", below);
    } else if (member.value.integer < 0 || member.value.integer > 1023) {
      complain(member.value, "is no CPU; write 0 to 1023", below);
    } else {
      placement.push_back({member.key, static_cast<int>(member.value.integer)});
    }
  }
  std::vector<std::string_view> missing;
  for (const std::string_view agent : agents) {
    const auto named = [&](const Member& member) { return member.key == agent; };
    if (std::none_of(node.members.begin(), node.members.end(), named)) missing.push_back(agent);
  }
  if (!missing.empty()) complain(node, fmt::format("does not place {}; add it", fmt::join(missing, ", ")));
  if (complaints_.size() == before) field = placement;
}

}  // namespace edge
