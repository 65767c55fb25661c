#include "edge/http/api/bulk_retry_requests.h"

#include "edge/http/api/json_body.h"
#include "edge/http/wire/text.h"

namespace http {
namespace {

/// {"status":"parked","reason":"unavailable","rate":10}: the second and third may be absent.
json::Verdict read_bulk_retry(std::string_view body, desk::BulkRetryRequest& wanted) {
  static constexpr std::array<std::string_view, 3> keys{"status", "reason", "rate"};
  json::Seen seen;
  Complaints complaints;
  json::Verdict problem = json::read_fields(
      body, keys, seen, complaints,
      [&](unsigned key, json::ondemand::value field, std::string_view name) -> json::Verdict {
        const std::string pointer = json::pointer_to("", name);
        if (key == 2) {
          std::int64_t rate = 0;
          json::Verdict wrong = json::read_whole(field, pointer, 1, desk::BulkRetry::rate_max,
                                                 "must be a whole number from 1 to 1000", rate);
          wanted.rate = static_cast<std::uint32_t>(rate);
          return wrong;
        }
        std::string_view text;
        if (json::Verdict wrong = json::read_text(field, pointer, text)) return wrong;
        if (key == 0)
          return text == "parked"
                     ? json::Verdict{}
                     : wrong_field(pointer, "must be parked: no other order waits to be sent on");
        wanted.reason = saga::find_reason(text);
        return wanted.reason ? json::Verdict{} : wrong_field(pointer, "is none of an order's reasons");
      });
  if (!seen.has(0)) complaints.add("/status", "is missing: parked");
  return problem ? problem : complaints.problem();
}

std::string body_of(const desk::BulkRetry::Progress& progress) {
  return R"({"running":)" + std::string{progress.running ? "true" : "false"} + R"(,"orders":)" +
         std::to_string(progress.orders) + R"(,"sentOn":)" + std::to_string(progress.sent_on) +
         R"(,"left":)" + std::to_string(progress.left) + R"(,"rate":)" + std::to_string(progress.rate) + "}";
}

}  // namespace

void BulkRetryRequests::start(const Request& request, std::string_view caller, desk::Desk& desk,
                              Exchange& exchange) const {
  if (present(request.content_type) && !is_json(request.content_type))
    return exchange.refuse({.status = 415, .detail = "which orders are sent on is application/json"});
  desk::BulkRetryRequest wanted;
  if (const auto problem = read_bulk_retry(request.body, wanted)) return exchange.refuse(*problem);
  wanted.by = caller;
  if (!desk.bulk_retry().start(wanted, reactor_.now()))
    return exchange.refuse(
        {.status = 409,
         .detail = "orders are being sent on already: GET says how far that is, DELETE ends it",
         .type = problem_type::retry_running,
         .title = "One at a time"});
  exchange.answer({202, "application/json", {}, body_of(desk.bulk_retry().progress())});
}

void BulkRetryRequests::show(const desk::Desk& desk, Exchange& exchange) const {
  exchange.answer({200, "application/json", {}, body_of(desk.bulk_retry().progress())});
}

void BulkRetryRequests::stop(desk::Desk& desk, Exchange& exchange) const {
  desk.bulk_retry().stop();
  show(desk, exchange);
}

}  // namespace http
