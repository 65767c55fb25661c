#include "edge/http/api/router.h"

#include <array>

namespace http {
namespace {

struct Row {
  Method method;
  std::string_view pattern;  // {} is one path segment
  Scope scope;
  Route route;
};

// clang-format off
constexpr std::array rows{  // the first that fits
    Row{Method::post, "/v1/orders",            Scope::orders, Route::place_order},
    Row{Method::post, "/create-order",         Scope::orders, Route::place_order},
    Row{Method::post, "/v1/orders/retry",      Scope::admin,  Route::start_bulk_retry},
    Row{Method::get,  "/v1/orders/retry",      Scope::admin,  Route::show_bulk_retry},  // before {}: it is no order's id
    Row{Method::del,  "/v1/orders/retry",      Scope::admin,  Route::stop_bulk_retry},
    Row{Method::get,  "/v1/orders/{}",         Scope::orders, Route::get_order},
    Row{Method::get,  "/v1/orders",            Scope::orders, Route::list_orders},
    Row{Method::post, "/v1/orders/{}/cancel",  Scope::orders, Route::cancel_order},
    Row{Method::post, "/v1/orders/{}/retry",   Scope::admin,  Route::retry_order},
    Row{Method::post, "/v1/orders/{}/mail",    Scope::orders, Route::mail_order},
    Row{Method::get,  "/v1/orders/{}/mails",   Scope::orders, Route::get_mails},
    Row{Method::post, "/v1/orders/{}/answers", Scope::participant, Route::answer_turn},
    Row{Method::get,  "/v1/stock",             Scope::orders, Route::list_stock},
    Row{Method::get,  "/v1/stock/{}",          Scope::orders, Route::get_stock},
    Row{Method::put,  "/v1/stock/{}",          Scope::admin,  Route::put_stock},
    Row{Method::get,  "/v1/events",            Scope::orders, Route::event_stream},
    Row{Method::get,  "/livez",                Scope::open,   Route::livez},
    Row{Method::get,  "/readyz",               Scope::open,   Route::readyz},
    Row{Method::get,  "/metrics",              Scope::open,   Route::metrics},
    Row{Method::get,  "/openapi.json",         Scope::open,   Route::openapi},
    Row{Method::get,  "/asyncapi.json",        Scope::open,   Route::asyncapi},
    Row{Method::get,  "/problems/{}",          Scope::open,   Route::problem},
    Row{Method::get,  "/",                     Scope::open,   Route::page},
    Row{Method::get,  "/desk/{}",              Scope::open,   Route::page},
};
// clang-format on

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET, HEAD";
    case Method::post:
      return "POST";
    case Method::del:
      return "DELETE";
    default:
      return "PUT";
  }
}

/// Whether `path` has the pattern's shape, and what stands for its {}.
bool fits(std::string_view pattern, std::string_view path, std::string_view& parameter) {
  const std::size_t hole = pattern.find("{}");
  if (hole == std::string_view::npos) return path == pattern;
  const std::string_view before = pattern.substr(0, hole);
  const std::string_view after = pattern.substr(hole + 2);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return false;
  parameter = path.substr(before.size(), path.size() - before.size() - after.size());
  return parameter.find('/') == std::string_view::npos;
}

}  // namespace

Match match(Method method, std::string_view path) {
  if (method == Method::head) method = Method::get;
  Match match;
  for (const Row& row : rows) {
    std::string_view parameter;
    if (!fits(row.pattern, path, parameter)) continue;
    if (row.method == method) return {Match::Verdict::found, row.route, row.scope, parameter};
    match.verdict = Match::Verdict::no_such_method;
  }
  return match;
}

std::string allowed(std::string_view path) {
  if (path == "*") return "GET, HEAD, POST, PUT, DELETE, OPTIONS";  // of the server as a whole
  std::string allow;
  for (const Row& row : rows) {
    std::string_view parameter;
    const std::string_view name = name_of(row.method);
    if (!fits(row.pattern, path, parameter) || allow.find(name) != std::string::npos) continue;
    if (!allow.empty()) allow += ", ";
    allow += name;
  }
  if (!allow.empty()) allow += ", OPTIONS";
  return allow;
}

}  // namespace http
