// GET /v1/orders?status=&limit=&cursor=: everything in memory, newest first, a page at a time. The cursor is
// the serial of the last order shown: orders placed meanwhile do not shift the pages. Beside an order's own
// statuses there is `retrying`: those that wait for another attempt.
// Thread: the reactor's. Bounds: limits::listing orders an answer.
#pragma once

#include <string>
#include <string_view>

#include "edge/http/pipeline.h"
#include "engine/orders/orders.h"

namespace http {

void list_orders(const Request& request, const orders::Orders& orders, Exchange& exchange);

}  // namespace http
