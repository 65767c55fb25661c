// From GET /v1/stock, and GET and PUT /v1/stock/{sku}, to what the desk is asked. The level is the entity tag, so If-Match names
// a level too. Thread: the reactor's.
#pragma once

#include <string_view>

#include "edge/http/api/call.h"
#include "edge/http/api/settings.h"
#include "engine/desk/desk.h"

namespace http {

class StockRequests {
 public:
  StockRequests(const Settings& settings, const edge::Reactor& reactor, Calls& calls)
      : settings_(settings), reactor_(reactor), calls_(calls) {}

  void list(const Request& request, const desk::Desk& desk, Exchange& exchange);
  void show(const Request& request, std::string_view sku, const desk::Desk& desk, Exchange& exchange);
  void set(const Request& request, std::string_view sku, std::string_view caller, desk::Desk& desk,
           Exchange& exchange);

 private:
  const Settings& settings_;
  const edge::Reactor& reactor_;
  Calls& calls_;
};

}  // namespace http
