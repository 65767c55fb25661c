// The query of GET /v1/orders?status=&limit=&cursor=. Beside an order's own statuses there is `retrying`:
// those that wait for another attempt. The cursor is the serial of the last order shown: orders placed
// meanwhile do not shift the pages. Thread: any; pure.
#pragma once

#include <string_view>

#include "engine/desk/listing.h"
#include "engine/result.h"

namespace http {

/// An unknown parameter is an error: a misspelt filter that is ignored shows the wrong orders.
engine::Result<> read_list_query(std::string_view query, desk::ListRequest& wanted);

}  // namespace http
