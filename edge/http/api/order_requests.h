// From HTTP requests about orders to what the desk is asked: the body, the identity, the preferences, the
// query. What is none of that is refused here; everything else the desk decides.
// Thread: the reactor's.
#pragma once

#include <optional>
#include <string_view>

#include "edge/http/api/auth.h"
#include "edge/http/api/call.h"
#include "edge/http/api/order_parser.h"
#include "edge/http/api/random.h"
#include "edge/http/api/settings.h"
#include "engine/desk/desk.h"
#include "engine/saga/trace.h"

namespace http {

class OrderRequests {
 public:
  OrderRequests(const Settings& settings, const edge::Reactor& reactor, Calls& calls, Random& random);

  /// `caller` is the token's name.
  void place(const Request& request, std::string_view caller, desk::Desk& desk, Exchange& exchange);
  void show(const Request& request, std::string_view id, desk::Desk& desk, Exchange& exchange);
  void show_mails(const Request& request, std::string_view id, desk::Desk& desk, Exchange& exchange);
  void list(const Request& request, desk::Desk& desk, Exchange& exchange);
  void answer(const Request& request, std::string_view id_text, const Auth::Answer& caller, desk::Desk& desk,
              Exchange& exchange);
  void mail(std::string_view id, std::string_view caller, desk::Desk& desk, Exchange& exchange);
  /// Cancel, retry.
  void request(Call::About about, std::string_view id, std::string_view caller, desk::Desk& desk,
               Exchange& exchange);

 private:
  std::optional<Problem> identify(const Request& request, std::string_view caller,
                                  desk::PlaceRequest& wanted);
  void trace(const Request& request);
  Call& begin(Call::About about, Exchange& exchange);
  desk::Deadlines deadlines() const;

  const Settings& settings_;
  const edge::Reactor& reactor_;
  Calls& calls_;
  Random& random_;
  Sha256 sha256_;
  OrderParser parser_;
  // --- Of the request at hand.
  Draft draft_;
  saga::Trace::Text traceparent_;  // the draft's, if it has one
};

}  // namespace http
