// The query of GET /v1/orders?status=&reason=&q=&limit=&cursor=. Beside an order's own statuses there is `retrying`:
// those that wait for another attempt. `q` is an order's id, its reference or its e-mail address. The cursor is the serial
// of the last order shown, its place on the topic: orders placed meanwhile do not shift the pages, and the next engine goes
// on where this one was. And that of GET /v1/stock?limit=&cursor=, whose cursor is the last sku shown. Thread: any; pure.
#pragma once

#include <string_view>

#include "engine/desk/listing.h"
#include "engine/result.h"

namespace http {

/// In front of the serial: a number alone is a cursor of earlier versions, which counted the orders of a process.
inline constexpr std::string_view cursor_mark = "o";

/// An unknown parameter is an error: a misspelt filter that is ignored shows the wrong orders.
engine::Result<> read_list_query(std::string_view query, desk::ListRequest& wanted);

struct StockQuery {
  std::string after{};  // only skus behind it
  std::size_t limit = 0;
};
engine::Result<> read_stock_query(std::string_view query, StockQuery& wanted);

}  // namespace http
