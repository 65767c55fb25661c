// What an order that is not in memory as a record is filtered by: why it is turned back, and a mark each of its e-mail
// address and its reference. Different texts may share a mark, so whoever searches looks at the document too.
// Thread: any; pure. Bounds: 24 bytes an order, instead of two texts.
#pragma once

#include <functional>
#include <string_view>

#include "engine/saga/event.h"
#include "engine/saga/order.h"

namespace orders {

struct Marks {
  saga::Reason reason = saga::Reason::none;
  std::size_t email = 0, reference = 0;

  static std::size_t of(std::string_view text) { return std::hash<std::string_view>{}(text); }
  static Marks of(const saga::Order& order, saga::Reason reason) {
    return {reason, of(order.email), order.reference.empty() ? 0 : of(order.reference)};
  }
};

}  // namespace orders
