// POST, GET and DELETE /v1/orders/retry: many parked orders are sent on, watched, and left where they are.
// Thread: the reactor's.
#pragma once

#include <string_view>

#include "edge/http/wire/pipeline.h"
#include "edge/http/wire/request.h"
#include "edge/reactor.h"
#include "engine/desk/desk.h"

namespace http {

class BulkRetryRequests {
 public:
  explicit BulkRetryRequests(const edge::Reactor& reactor) : reactor_(reactor) {}

  void start(const Request& request, std::string_view caller, desk::Desk& desk, Exchange& exchange) const;
  void show(const desk::Desk& desk, Exchange& exchange) const;
  void stop(desk::Desk& desk, Exchange& exchange) const;

 private:
  const edge::Reactor& reactor_;
};

}  // namespace http
