// A parsed TOML value with the place it stood at: what the rest of this folder sees instead of the TOML
// library.
//
// One struct for all kinds, because values are few, short-lived and read once.
// Thread: any; values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// Line and column count from 1; 0 means "not in a file".
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Member;

struct Node {
  enum class Kind : std::uint8_t { text, integer, real, boolean, array, table, other };
  Kind kind = Kind::text;
  std::string text;
  std::int64_t integer = 0;  // of a boolean: 0 or 1
  double real = 0;
  std::vector<Node> items;
  std::vector<Member> members;
  Place at;
};

struct Member {
  std::string key;
  Place at;
  Node value;
};

inline Node text_node(std::string_view text, Place at = {}) {
  Node node;
  node.text = text;
  node.at = at;
  return node;
}

// What a user would call it, for "is a string; write …".
inline std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::text:
      return "a string";
    case Node::Kind::integer:
      return "an integer";
    case Node::Kind::real:
      return "a fraction";
    case Node::Kind::boolean:
      return "a truth value";
    case Node::Kind::array:
      return "a list";
    case Node::Kind::table:
      return "a table";
    case Node::Kind::other:
      return "a date";
  }
  return "a value";
}

}  // namespace edge
