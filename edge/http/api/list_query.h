// The query of GET /v1/orders?status=&limit=&cursor=. Beside an order's own statuses there is `retrying`:
// those that wait for another attempt. The cursor is the serial of the last order shown, its place on the topic: orders
// placed meanwhile do not shift the pages, and the next engine goes on where this one was. Thread: any; pure.
#pragma once

#include <string_view>

#include "engine/desk/listing.h"
#include "engine/result.h"

namespace http {

/// In front of the serial: a number alone is a cursor of earlier versions, which counted the orders of a process.
inline constexpr std::string_view cursor_mark = "o";

/// An unknown parameter is an error: a misspelt filter that is ignored shows the wrong orders.
engine::Result<> read_list_query(std::string_view query, desk::ListRequest& wanted);

}  // namespace http
