// The settings that are tables or lists: tokens, Kafka client settings, the placement.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "edge/config/read.h"
#include "edge/config/suggest.h"

namespace edge {
namespace {

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

// The engine's promises hang on these; and where a setting of its own exists, it is named.
struct Reserved {
  std::string_view name;
  std::string_view instead;
};
constexpr std::array reserved{
    Reserved{"bootstrap.servers", "use kafka.brokers"},
    Reserved{"metadata.broker.list", "use kafka.brokers"},
    Reserved{"linger.ms", "use kafka.linger"},
    Reserved{"queue.buffering.max.ms", "use kafka.linger"},
    Reserved{"max.in.flight", "use kafka.max_in_flight"},
    Reserved{"max.in.flight.requests.per.connection", "use kafka.max_in_flight"},
    Reserved{"enable.idempotence", "remove it"},
    Reserved{"enable.gapless.guarantee", "remove it"},
    Reserved{"transactional.id", "remove it"},
    Reserved{"acks", "remove it"},
    Reserved{"request.required.acks", "remove it"},
    Reserved{"message.timeout.ms", "remove it"},
    Reserved{"delivery.timeout.ms", "remove it"},
    Reserved{"retries", "remove it"},
    Reserved{"message.send.max.retries", "remove it"},
    Reserved{"isolation.level", "remove it"},
    Reserved{"auto.offset.reset", "remove it"},
    Reserved{"allow.auto.create.topics", "remove it"},
};

bool is_secret_name(std::string_view name) {
  return name.ends_with("password") || name.ends_with("secret") || name == "ssl.key.pem";
}

}  // namespace

void Reader::read_tokens(const Node& node, std::vector<Token>& field) {
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
  }
  field = tokens;
}

bool Reader::read_token(const Node& node, const std::string& below, Token& token) {
  static constexpr std::array<std::string_view, 3> keys{"name", "sha256", "scopes"};
  const std::size_t before = complaints_.size();
  std::array<bool, keys.size()> seen{};
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
        complain_kind(member.value, R"(["orders"], ["admin"] or both)", path);
        continue;
      }
      for (const Node& scope : member.value.items) {
        if (scope.kind == Node::Kind::text && scope.text == "orders") {
          token.orders = true;
        } else if (scope.kind == Node::Kind::text && scope.text == "admin") {
          token.admin = true;
        } else {
          complain(scope, "is no scope; write \"orders\" or \"admin\"", path);
        }
      }
    } else if (member.value.kind != Node::Kind::text) {
      complain_kind(member.value, "a string in quotes", path);
    } else if (member.key == "name") {
      token.name = member.value.text;
      if (token.name.empty()) complain(member.value, "is empty; name who holds the token", path);
    } else if (!parse_digest(member.value.text, token.sha256)) {
      complain(member.value,
               "is no SHA-256; write the 64 hex digits that `printf %s TOKEN | sha256sum` prints", path);
    }
  }
  for (std::size_t key = 0; key < keys.size(); ++key) {
    if (!seen[key]) complain(node, "is missing; write it", fmt::format("{}.{}", below, keys[key]));
  }
  return complaints_.size() == before;
}

// NOLINTNEXTLINE(misc-no-recursion): `security.protocol = …` without quotes nests tables, as deep as it has
// dots.
void Reader::read_client(const Node& node, const std::string& prefix, std::vector<ClientSetting>& field) {
  for (const Member& member : node.members) {
    const std::string name = prefix + member.key;
    if (member.value.kind == Node::Kind::table && !is_reference(member.value)) {
      read_client(member.value, name + ".", field);
    } else {
      read_client_setting(member, name, field);
    }
  }
}

void Reader::read_client_setting(const Member& member, const std::string& name,
                                 std::vector<ClientSetting>& field) {
  const std::string below = "." + name;
  const auto ours =
      std::find_if(reserved.begin(), reserved.end(), [&](const Reserved& r) { return r.name == name; });
  if (ours != reserved.end()) {
    complaints_.push_back({member.at, below, fmt::format("the engine sets it itself; {}", ours->instead)});
    return;
  }
  Node value = member.value;
  // librdkafka takes texts only; a number or a truth value has just one spelling there.
  if (value.kind == Node::Kind::integer) value = text_node(std::to_string(value.integer), value.at);
  if (value.kind == Node::Kind::boolean) value = text_node(value.integer != 0 ? "true" : "false", value.at);
  ClientSetting setting{name, {}};
  if (is_secret_name(name) || is_reference(value)) {
    read_secret(value, {}, setting.value, below);
  } else if (value.kind != Node::Kind::text) {
    return complain_kind(value, "a string in quotes", below);
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

void Reader::read_placement(const Node& node, std::vector<AgentCpu>& field) {
  if (node.kind == Node::Kind::text && node.text == "auto") {
    field.clear();
    return;
  }
  if (node.kind != Node::Kind::table) {
    return complain(node, "is no placement; write \"auto\" or { reactor = 0, journal = 1, … }");
  }
  const std::size_t before = complaints_.size();
  const auto agents = agent_names();
  std::vector<AgentCpu> placement;
  for (const Member& member : node.members) {
    const std::string below = "." + member.key;
    if (std::find(agents.begin(), agents.end(), member.key) == agents.end()) {
      complaints_.push_back({member.at, below, "is no agent; " + advise(member.key, agents)});
    } else if (member.value.kind != Node::Kind::integer) {
      complain_kind(member.value, "the number of a CPU", below);
    } else if (member.value.integer < 0 || member.value.integer > 1023) {
      complain(member.value, "is no CPU; write 0 to 1023", below);
    } else {
      placement.push_back({member.key, static_cast<std::uint32_t>(member.value.integer)});
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
