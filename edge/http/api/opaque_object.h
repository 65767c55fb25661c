// Reads an object of an order that is passed on as it came: shipping, payment, metadata. Nothing of it is
// understood, but all of it is read, since others will: it must be JSON to its end, and no reader may take it
// for something else than another reader does, so a repeated key is refused. Its text is kept as it is,
// blanks, escapes and digits included; a number may have any size.
//
// Thread: the reactor's. Bounds: saga::max_object_bytes a text, `levels_max` levels; nothing allocates for a
// good object after the first of its size.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edge/http/api/json_body.h"

namespace http {

class OpaqueObjects {
 public:
  // Of objects and arrays, the outermost counted: with the event around it, it stays below the 64 that
  // cautious parsers stop at.
  static constexpr std::size_t levels_max = 32;

  enum class Cards : std::uint8_t { may_stand, refused };
  /// The member `name` of the order, into `text`.
  json::Verdict read(json::ondemand::value value, std::string_view name, Cards cards, std::string& text);

 private:
  /// Where in the order a value stands.
  struct Step {
    std::string_view key;
    std::size_t index = 0;  // of an array's element; it has no key
    bool in_array = false;
  };

  json::Verdict read_value(json::ondemand::value value);
  json::Verdict read_object(json::ondemand::object object);
  json::Verdict read_array(json::ondemand::array array);
  json::Verdict read_string(json::ondemand::value value);
  json::Verdict read_scalar(json::ondemand::value value);
  json::Verdict read_key(std::string_view key);
  json::Verdict repeated(std::size_t from);

  Problem malformed_here(json::error_code error) const;
  std::string pointer() const;

  Cards cards_ = Cards::may_stand;
  std::vector<Step> path_;
  std::vector<std::string_view> keys_;  // of the objects that are being read, one behind the other
};

}  // namespace http
