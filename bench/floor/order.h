// An order on the bare loop: parsed by simdjson, rendered by the engine's own codec into the very bytes that the engine
// puts on the topic and into Redis. Nothing is judged: what the load generator sends is good.
//
// Thread: the loop's.
#pragma once

#include <simdjson.h>

#include <array>
#include <string>
#include <string_view>

#include "edge/http/api/digest.h"
#include "engine/codec/cloud_event.h"
#include "engine/saga/order.h"
#include "engine/tape/record.h"
#include "engine/time.h"

namespace bare {

inline constexpr std::array way{saga::EventKind::OrderPlaced, saga::EventKind::PaymentConfirmed,
                                saga::EventKind::InventoryUpdated, saga::EventKind::ShippingConfirmed,
                                saga::EventKind::NotificationSent};

/// Reads bodies as the load generator writes them.
class Parse {
 public:
  /// The order's texts are good until the next one; without an id. `padding` readable bytes follow `body`.
  saga::Order order(std::string_view body);
  static constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

 private:
  simdjson::ondemand::parser parser_;
  saga::Line line_;
  http::Sha256 sha256_;
};

/// Takes the order the whole way: what each step leaves in the record, and the record's five steps.
class Line {
 public:
  explicit Line(const codec::CloudEvents& events) : events_(events) {}

  /// The event of step 1 to 5, to be rendered.
  tape::Event event(tape::Record& record, std::uint32_t step, engine::Time at) const;
  /// Into `text`, which the views then need.
  codec::Rendered render(std::string& text, const tape::Event& event, std::uint64_t seq) const;

 private:
  const codec::CloudEvents& events_;
};

}  // namespace bare
