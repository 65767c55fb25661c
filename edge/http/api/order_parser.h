// Reads the body of a POST into a draft of an order, or says what is wrong with it and where.
// Every field is walked: unknown and repeated keys, wrong types, anything behind the end are refused. What is
// not JSON at all is 400, what is not an order is 422, with every field that is wrong.
//
// Thread: the reactor's. Bounds: limits::items lines as written, 100 as added up; texts as in saga/order.h;
// nothing allocates for a good body after the first of its size, but an internationalized domain.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "edge/http/wire/problem.h"
#include "engine/saga/order.h"

namespace http {

struct Draft {
  saga::Order order;      // without body_hash; its texts are good until the next parse
  bool names_id = false;  // order.id is the client's
};

class OrderParser {
 public:
  explicit OrderParser(const saga::Currency& default_currency);
  ~OrderParser();

  /// limits::padding bytes behind `body` are readable.
  std::optional<Problem> parse(std::string_view body, Draft& draft);

 private:
  struct Fields;  // what the body said, before it is judged as a whole
  struct Json;    // simdjson's parser, and what walks with it

  const saga::Currency default_currency_;
  const std::unique_ptr<Json> json_;
  const std::unique_ptr<Fields> fields_;
};

}  // namespace http
