#include "edge/config/toml.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <utility>

namespace edge {
namespace {

Place place(const toml::source_region& region) { return {region.begin.line, region.begin.column}; }

// NOLINTNEXTLINE(misc-no-recursion): as deep as the library itself has parsed, and it has a limit.
Node convert(const toml::node& source) {
  Node node;
  node.at = place(source.source());
  if (const auto* table = source.as_table()) {
    node.kind = Node::Kind::table;
    for (const auto& [key, value] : *table) {
      node.members.push_back({std::string(key.str()), place(key.source()), convert(value)});
    }
  } else if (const auto* array = source.as_array()) {
    node.kind = Node::Kind::array;
    for (const auto& value : *array) node.items.push_back(convert(value));
  } else if (const auto* text = source.as_string()) {
    node.text = text->get();
  } else if (const auto* integer = source.as_integer()) {
    node.kind = Node::Kind::integer;
    node.integer = integer->get();
  } else if (const auto* real = source.as_floating_point()) {
    node.kind = Node::Kind::real;
    node.real = real->get();
  } else if (const auto* boolean = source.as_boolean()) {
    node.kind = Node::Kind::boolean;
    node.integer = boolean->get() ? 1 : 0;
  } else {
    node.kind = Node::Kind::other;
  }
  return node;
}

// NOLINTNEXTLINE(misc-no-recursion): as convert().
void forget_places(Node& node) {
  node.at = {};
  for (Node& item : node.items) forget_places(item);
  for (Member& member : node.members) {
    member.at = {};
    forget_places(member.value);
  }
}

}  // namespace

ParsedToml parse_toml(std::string_view document) {
  try {
    return {convert(toml::parse(document)), {}, {}};
  } catch (const toml::parse_error& error) {
    return {std::nullopt, std::string(error.description()), place(error.source())};
  }
}

std::optional<Node> parse_toml_value(std::string_view text) {
  ParsedToml parsed = parse_toml(fmt::format("value = {}", text));
  // A line break in the text could bring keys of its own.
  if (!parsed.root || parsed.root->members.size() != 1 || parsed.root->members[0].key != "value") return {};
  Node value = std::move(parsed.root->members[0].value);
  forget_places(value);
  return value;
}

std::string quote_toml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (code < 0x20 || code == 0x7f) {
      quoted += fmt::format("\\u{:04x}", code);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace edge
