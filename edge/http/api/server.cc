#include "edge/http/api/server.h"

#include <array>

#include "edge/http/api/api_documents.h"
#include "edge/http/api/order_answers.h"
#include "edge/http/api/problem_texts.h"
#include "edge/http/wire/origin.h"
#include "engine/ensure.h"

namespace http {
namespace {

// What requests are about, in the metrics.
constexpr std::array<std::string_view, 8> groups{"other", "place",  "get",   "list",
                                                 "wish",  "answer", "stock", "events"};

Tally::Group group_of(Route route) {
  switch (route) {
    case Route::place_order:
      return 1;
    case Route::get_order:
    case Route::get_mails:
      return 2;
    case Route::list_orders:
      return 3;
    case Route::cancel_order:
    case Route::retry_order:
    case Route::mail_order:
    case Route::start_bulk_retry:
    case Route::show_bulk_retry:
    case Route::stop_bulk_retry:
      return 4;
    case Route::answer_turn:
      return 5;
    case Route::list_stock:
    case Route::get_stock:
    case Route::put_stock:
      return 6;
    case Route::event_stream:
      return 7;
    default:
      return 0;
  }
}

constexpr std::string_view challenge = "WWW-Authenticate: Bearer realm=\"orders\"\r\n";
constexpr std::string_view wrong_token =
    "WWW-Authenticate: Bearer realm=\"orders\", error=\"invalid_token\"\r\n";

}  // namespace

Server::Server(const Dependencies& dependencies)
    : with_(dependencies),
      auth_(with_.settings.tokens),
      calls_(with_.reactor),
      order_requests_(with_.settings, with_.reactor, calls_, with_.random),
      stock_requests_(with_.settings, with_.reactor, calls_),
      bulk_retry_requests_(with_.reactor),
      event_stream_(with_.reactor),
      connections_(with_.settings, with_.reactor, *this, groups) {
  connections_.add_metrics(with_.metrics);
  with_.metrics.add_gauge("saga_serving", "",
                          "1 while requests about orders are answered; a standby or a start has 0.",
                          [this] { return attached() ? 1 : 0; });
  with_.metrics.add_gauge("saga_orders_in_line", "",
                          "Orders that wait to be let in, since more come in than Kafka or Redis take",
                          [this] { return attached() ? static_cast<double>(desk_->in_line()) : 0.0; });
  with_.metrics.add("saga_http_place_seconds", "", "From a POST's arrival to its order's acknowledgement",
                    calls_.place_latency);
  with_.metrics.add_gauge("saga_http_event_streams", "", "Clients that follow the event stream",
                          [this] { return event_stream_.readers().load(std::memory_order_relaxed); });
}

void Server::attach(desk::Desk& desk, const runtime::Metrics* more) {
  ENSURE(!attached());
  desk_ = &desk;
  desk_metrics_ = more;
  event_stream_.attach(desk.transcript(), desk.released());
}

void Server::detach() {
  if (!attached()) return;
  desk_->give_up();
  event_stream_.detach();
  desk_ = nullptr;
  desk_metrics_ = nullptr;
}

void Server::want(std::atomic<bool>& wanted) {
  wanted.store(true, std::memory_order_release);  // pairs with the exchange in take_wanted()
  with_.reactor.signal();
}

/// A plain look first: each is set once in a process' life.
bool Server::take_wanted(std::atomic<bool>& wanted) {
  return wanted.load(std::memory_order_relaxed) && wanted.exchange(false, std::memory_order_acquire);
}

int Server::do_work(runtime::Time) {
  if (take_wanted(close_wanted_)) connections_.close();
  if (take_wanted(unknown_wanted_) && attached()) desk_->give_up();
  if (take_wanted(no_waits_wanted_) && attached()) desk_->end_waits();
  int done = event_stream_.flush();
  if (attached()) done += desk_->hand_over();
  done += connections_.flush();
  if (attached()) done += desk_->hand_over();  // reading on may have admitted more
  return done;
}

bool Server::admitted(const Match& match, const Request& request, Exchange& exchange, Auth::Answer& caller) {
  caller = auth_.check(match.scope, request.authorization);
  switch (caller.verdict) {
    case Auth::Verdict::granted:
      return true;
    case Auth::Verdict::unknown:
      exchange.refuse({.status = 401, .detail = "a bearer token is needed"},
                      present(request.authorization) ? wrong_token : challenge);
      return false;
    case Auth::Verdict::forbidden:
      break;
  }
  exchange.refuse({.status = 403, .detail = "the token's scopes do not include this"});
  return false;
}

void Server::respond(const Request& request, Exchange& exchange) {
  if (with_.settings.tokens.empty()) {
    if (const auto checked = check_origin(request, with_.settings.hosts); !checked.ok())
      return exchange.refuse({.status = 403, .detail = checked.error()});
  }
  if (request.method == Method::options) {
    const std::string allow = allowed(request.path);
    if (!allow.empty()) return exchange.answer({204, {}, "Allow: " + allow + "\r\n", {}});
  }
  const Match match = http::match(request.method, request.path);
  if (match.verdict == Match::Verdict::no_such_path)
    return exchange.refuse({.status = 404, .detail = "there is nothing here"});
  if (match.verdict == Match::Verdict::no_such_method)
    return exchange.refuse({.status = 405, .detail = "not with this method"},
                           "Allow: " + allowed(request.path) + "\r\n");
  exchange.belongs_to(group_of(match.route));
  Auth::Answer caller;
  if (!admitted(match, request, exchange, caller)) return;
  if (match.scope != Scope::open && !attached())
    return answer_not_serving(exchange, with_.readiness().stage, changes(request.method));
  if (request.encoded && !request.body.empty())
    return exchange.refuse({.status = 415, .detail = "a body is sent as it is, not encoded"},
                           "Accept-Encoding: identity\r\n");
  route(match, request, caller, exchange);
}

void Server::route(const Match& match, const Request& request, const Auth::Answer& caller,
                   Exchange& exchange) {
  switch (match.route) {
    case Route::livez:
      return exchange.answer({200, "application/json", {}, R"({"status":"alive"})"});
    case Route::readyz:
      return answer_ready(exchange);
    case Route::metrics:
      return answer_metrics(exchange);
    case Route::problem: {
      const std::string_view text = problem_text(request.path);
      if (text.empty()) return exchange.refuse({.status = 404, .detail = "there is no such problem"});
      return exchange.answer({200, "text/plain; charset=utf-8", {}, text});
    }
    case Route::openapi:
      return exchange.answer({200, "application/json", {}, openapi_document()});
    case Route::asyncapi:
      return exchange.answer({200, "application/json", {}, asyncapi_document()});
    case Route::page:
      return answer_file(with_.files, match.parameter, request, exchange);
    default:
      return ask(match, request, caller, exchange);
  }
}

/// What only an engine that serves can answer.
void Server::ask(const Match& match, const Request& request, const Auth::Answer& caller, Exchange& exchange) {
  desk::Desk& desk = *desk_;
  switch (match.route) {
    case Route::place_order:
      return order_requests_.place(request, caller.caller, desk, exchange);
    case Route::get_order:
      return order_requests_.show(request, match.parameter, desk, exchange);
    case Route::get_mails:
      return order_requests_.show_mails(request, match.parameter, desk, exchange);
    case Route::list_orders:
      return order_requests_.list(request, desk, exchange);
    case Route::cancel_order:
      return order_requests_.request(Call::About::cancel, match.parameter, caller.caller, desk, exchange);
    case Route::retry_order:
      return order_requests_.request(Call::About::retry, match.parameter, caller.caller, desk, exchange);
    case Route::mail_order:
      return order_requests_.mail(match.parameter, caller.caller, desk, exchange);
    case Route::start_bulk_retry:
      return bulk_retry_requests_.start(request, caller.caller, desk, exchange);
    case Route::show_bulk_retry:
      return bulk_retry_requests_.show(desk, exchange);
    case Route::stop_bulk_retry:
      return bulk_retry_requests_.stop(desk, exchange);
    case Route::answer_turn:
      return order_requests_.answer(request, match.parameter, caller, desk, exchange);
    case Route::list_stock:
      return stock_requests_.list(request, desk, exchange);
    case Route::get_stock:
      return stock_requests_.show(request, match.parameter, desk, exchange);
    case Route::put_stock:
      return stock_requests_.set(request, match.parameter, caller.caller, desk, exchange);
    case Route::event_stream:
      return event_stream_.follow(request, exchange);
    default:
      ENSURE(false);
  }
}

void Server::answer_ready(Exchange& exchange) {
  const Readiness readiness = with_.readiness();
  std::string body =
      readiness.ready ? R"({"status":"ready","stage":")" : R"({"status":"not ready","stage":")";
  append_escaped(readiness.stage, body);
  body += "\"}";
  exchange.answer({readiness.ready ? 200 : 503, "application/json", {}, body});
}

void Server::answer_metrics(Exchange& exchange) {
  std::string text = with_.metrics.render();
  if (desk_metrics_ != nullptr) text += desk_metrics_->render();
  exchange.answer({200, "text/plain; version=0.0.4; charset=utf-8", {}, text});
}

}  // namespace http
