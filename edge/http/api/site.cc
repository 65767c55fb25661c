#include "edge/http/api/site.h"

#include <utility>

#include "edge/http/api/api_documents.h"
#include "edge/http/api/order_answers.h"
#include "edge/http/wire/origin.h"
#include "engine/ensure.h"

namespace http {
namespace {

Tally::Group group_of(Route route) {
  switch (route) {
    case Route::place_order:
      return Tally::Group::place;
    case Route::get_order:
      return Tally::Group::get;
    case Route::list_orders:
      return Tally::Group::list;
    case Route::cancel_order:
    case Route::retry_order:
      return Tally::Group::wish;
    case Route::get_stock:
    case Route::put_stock:
      return Tally::Group::stock;
    case Route::event_stream:
      return Tally::Group::events;
    default:
      return Tally::Group::other;
  }
}

constexpr std::string_view challenge = "WWW-Authenticate: Bearer realm=\"orders\"\r\n";
constexpr std::string_view wrong_token =
    "WWW-Authenticate: Bearer realm=\"orders\", error=\"invalid_token\"\r\n";

}  // namespace

Site::Site(const Surroundings& s)
    : surroundings_(s),
      shared_(s.settings, s.reactor, *this),
      auth_(s.settings.tokens),
      place_order_(s.settings, s.reactor, s.orders, s.store, s.dispatch, s.random),
      get_order_(s.settings, s.reactor, s.orders, s.store),
      wish_order_(s.settings, s.reactor, s.orders, s.store, s.dispatch),
      stock_levels_(s.settings, s.reactor, s.orders, s.stock, s.dispatch),
      list_orders_(s.settings, s.reactor, s.orders, s.store),
      event_stream_(s.reactor, s.transcript, s.tape.released.read()),
      listener_(s.reactor, *this) {
  add_metrics();
}

void Site::add_metrics() {
  runtime::Metrics& metrics = surroundings_.metrics;
  shared_.tally.add_to(metrics);
  metrics.add("saga_http_place_seconds", "", "From a POST's arrival to its order's acknowledgement",
              place_order_.latency());
  const auto gauge = [&](const char* name, const char* help, const std::atomic<int>& value) {
    metrics.add_gauge(name, "", help, [&value] { return value.load(std::memory_order_relaxed); });
  };
  gauge("saga_http_connections", "Connections open", shared_.connections);
  gauge("saga_http_open_requests", "Requests whose answer has not left completely", shared_.open);
  metrics.add_gauge("saga_http_held_bytes", "",
                    "Memory held for answers that are unsent or wait, and for unfinished requests",
                    [this] { return static_cast<double>(shared_.held.load(std::memory_order_relaxed)); });
  gauge("saga_http_event_streams", "Clients that follow the event stream", event_stream_.readers());
}

std::string Site::start() {
  return listener_.start(surroundings_.settings.host, surroundings_.settings.port);
}

bool Site::take(int fd) {
  const auto open = static_cast<std::size_t>(shared_.connections.load(std::memory_order_relaxed));
  if (open >= surroundings_.settings.connections) return false;
  connections_.take(shared_).open(fd);
  return true;
}

void Site::close_listener() {
  listener_.stop();
  shared_.closing = true;
  shared_.closing_since = surroundings_.reactor.now();
  connections_.for_each([](Connection& connection) { connection.close_when_idle(); });
}

void Site::answer_unknown() {
  place_order_.answer_unknown();
  wish_order_.answer_unknown();
  stock_levels_.answer_unknown();
}

int Site::flush() {
  int done = surroundings_.dispatch.hand_over() + event_stream_.flush();
  flushing_.swap(shared_.dirty);  // who becomes dirty now is flushed next turn
  for (Connection* connection : flushing_) connection->flush();
  done += static_cast<int>(flushing_.size());
  flushing_.clear();
  while (shared_.full()) close_the_largest();
  for (Connection* connection : shared_.closed) connections_.give(*connection);
  shared_.closed.clear();
  return done + surroundings_.dispatch.hand_over();  // reading on may have admitted more
}

/// Slow readers hold most, and whoever has much wait behind one answer.
void Site::close_the_largest() {
  Connection* largest = nullptr;
  connections_.for_each([&](Connection& connection) {
    if (connection.is_open() && (largest == nullptr || connection.held() > largest->held()))
      largest = &connection;
  });
  ENSURE(largest != nullptr);
  largest->finish();
}

bool Site::admitted(const Match& match, const Request& request, Exchange& exchange,
                    std::string_view& caller) {
  const Auth::Answer answer = auth_.check(match.scope, request.authorization);
  caller = answer.caller;
  switch (answer.verdict) {
    case Auth::Verdict::granted:
      return true;
    case Auth::Verdict::unknown:
      exchange.refuse({.status = 401, .detail = "a bearer token is needed", .pointer = {}},
                      present(request.authorization) ? wrong_token : challenge);
      return false;
    case Auth::Verdict::forbidden:
      break;
  }
  exchange.refuse({.status = 403, .detail = "the token's scopes do not include this", .pointer = {}});
  return false;
}

void Site::handle(const Request& request, Exchange& exchange) {
  if (surroundings_.settings.tokens.empty()) {
    if (const char* const why = foreign(request, surroundings_.settings.hosts))
      return exchange.refuse({.status = 403, .detail = why, .pointer = {}});
  }
  if (request.method == Method::options) {
    const std::string allow = allowed(request.path);
    if (!allow.empty()) return exchange.answer({204, {}, "Allow: " + allow + "\r\n", {}});
  }
  const Match match = http::match(request.method, request.path);
  if (match.verdict == Match::Verdict::no_such_path)
    return exchange.refuse({.status = 404, .detail = "there is nothing here", .pointer = {}});
  if (match.verdict == Match::Verdict::no_such_method)
    return exchange.refuse({.status = 405, .detail = "not with this method", .pointer = {}},
                           "Allow: " + allowed(request.path) + "\r\n");
  exchange.belongs_to(group_of(match.route));
  std::string_view caller;
  if (!admitted(match, request, exchange, caller)) return;
  if (match.scope != Scope::open && !surroundings_.orders.known())
    return answer_not_serving(exchange, surroundings_.readiness().stage, changes(request.method));
  if (request.encoded && !request.body.empty())
    return exchange.refuse({.status = 415, .detail = "a body is sent as it is, not encoded", .pointer = {}},
                           "Accept-Encoding: identity\r\n");
  switch (match.route) {
    case Route::place_order:
      return place_order_.handle(request, exchange, caller);
    case Route::get_order:
      return get_order_.handle(request, match.parameter, exchange);
    case Route::list_orders:
      return list_orders_.handle(request, exchange);
    case Route::cancel_order:
      return wish_order_.handle(tape::OrderRequest::cancel, match.parameter, exchange);
    case Route::retry_order:
      return wish_order_.handle(tape::OrderRequest::retry, match.parameter, exchange);
    case Route::get_stock:
      return stock_levels_.get(request, match.parameter, exchange);
    case Route::put_stock:
      return stock_levels_.put(request, match.parameter, exchange);
    case Route::event_stream:
      return event_stream_.handle(request, exchange);
    case Route::livez:
      return exchange.answer({200, "application/json", {}, R"({"status":"alive"})"});
    case Route::readyz:
      return answer_ready(exchange);
    case Route::metrics:
      return exchange.answer(
          {200, "text/plain; version=0.0.4; charset=utf-8", {}, surroundings_.metrics.render()});
    case Route::openapi:
      return exchange.answer({200, "application/json", {}, openapi_document()});
    case Route::asyncapi:
      return exchange.answer({200, "application/json", {}, asyncapi_document()});
    case Route::page:
      return exchange.answer({200, "text/html; charset=utf-8", page_headers, surroundings_.page});
  }
}

void Site::answer_ready(Exchange& exchange) {
  const Readiness readiness = surroundings_.readiness();
  std::string body =
      readiness.ready ? R"({"status":"ready","stage":")" : R"({"status":"not ready","stage":")";
  append_escaped(readiness.stage, body);
  body += "\"}";
  exchange.answer({readiness.ready ? 200 : 503, "application/json", {}, body});
}

}  // namespace http
