// The answers about a stock level. The level is its entity tag. Thread: the reactor's.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "edge/http/wire/pipeline.h"
#include "engine/orders/stock.h"

namespace http {

std::string tag_of_level(std::int64_t on_hand);

/// 200.
void answer_level(Exchange& exchange, std::string_view sku, std::int64_t on_hand);
/// A page of them: 200. `more`: there may be others behind it.
void answer_levels(Exchange& exchange, std::span<const orders::Stock::Level> levels, bool more);
/// Nobody counts the sku: 404.
void answer_uncounted(Exchange& exchange);
/// The level is another than the condition names: 412.
void answer_other_level(Exchange& exchange);
/// The level, which is `on_hand`, cannot be changed by so much: 409.
void answer_out_of_bounds(Exchange& exchange, std::int64_t on_hand);
/// Taken but not known to be acknowledged: 504.
void answer_level_unknown(Exchange& exchange);

}  // namespace http
