// What a request about stock says: the sku in its path, the level, or by how much it changes, in its body.
// Thread: the reactor's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edge/http/wire/problem.h"
#include "engine/tape/stock_change.h"

namespace http {

/// A path segment, percent-decoded: a sku as orders may name it, or nothing.
std::optional<std::string> read_sku(std::string_view segment);
/// {"onHand":100} or {"change":-3}. limits::padding bytes behind `body` are readable.
std::optional<Problem> read_stock_request(std::string_view body, tape::StockRequest& wanted);

}  // namespace http
