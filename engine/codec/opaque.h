// The objects that are passed on as others wrote them (an order's shipping, payment and metadata, the data of an answer),
// in the text of an event or a document. simdjson neither says where a value's text ends nor reads numbers beyond 64
// bits and a double's range, and both may stand in them; so they are found by brackets and quotes alone, and
// only where there are any.
//
// Thread: any; nothing here has state. Bounds: one pass over the text. The text may be anything: what is not
// JSON has no members.
#pragma once

#include <string>
#include <string_view>

namespace simdjson::dom {
class element;
class parser;
}  // namespace simdjson::dom

namespace codec {

struct Opaque {
  std::string_view shipping, payment, metadata;  // empty: there is none
  std::string_view answer;  // what somebody outside said with an event: its data's `data`
};

/// In a document, an event's data, or an event that has its data in itself.
Opaque find_opaque(std::string_view text);

/// Parses a text of ours, whatever stands in its opaque objects. `spare` keeps what the parser was given
/// instead of the text, if it had to be.
bool parse_json(simdjson::dom::parser& parser, std::string_view text, std::string& spare,
                simdjson::dom::element& root);

}  // namespace codec
