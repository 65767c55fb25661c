// The routes, as a table: what is not in it does not exist.
// Thread: any; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "edge/http/api/auth.h"
#include "edge/http/wire/request.h"

namespace http {

enum class Route : std::uint8_t {
  place_order,
  list_orders,
  get_order,
  get_mails,
  cancel_order,
  retry_order,
  start_bulk_retry,
  show_bulk_retry,
  stop_bulk_retry,
  mail_order,
  answer_turn,
  list_stock,
  get_stock,
  put_stock,
  event_stream,
  livez,
  readyz,
  metrics,
  openapi,
  asyncapi,
  problem,
  page,
};

struct Match {
  enum class Verdict : std::uint8_t { found, no_such_path, no_such_method };
  Verdict verdict = Verdict::no_such_path;
  Route route = Route::page;
  Scope scope = Scope::open;
  std::string_view parameter{};  // what stands for {}
};

/// HEAD is answered wherever GET is.
Match match(Method method, std::string_view path);
/// The methods that `path` knows, as the Allow header lists them; nothing: there is no such path.
std::string allowed(std::string_view path);

}  // namespace http
