#include "edge/http/api/problem_texts.h"

#include <array>

#include "edge/http/wire/problem.h"

namespace http {
namespace {

struct Row {
  std::string_view type, text;
};

// clang-format off
constexpr std::array rows{
    Row{problem_type::invalid_order,
        "The order is not valid (400, 422). Nothing was taken. 400: the body is no JSON. 422: `errors` names every field that\n"
        "is wrong, as far as that can be told at once; `pointer` and `detail` are the first one's.\n"},
    Row{problem_type::invalid_stock,
        "The stock level is not valid (400, 422). Nothing was changed. One of onHand and change, a whole number.\n"},
    Row{problem_type::stock_bounds,
        "The stock level would be out of bounds (409). Nothing was changed: a change may not lead below 0 or over 10^12.\n"},
    Row{problem_type::outcome_unknown,
        "The outcome is not known (504; of a GET 503). The request was taken, but what came of it is not acknowledged yet: it\n"
        "may still come to be. Ask for the order, or send the request again with the same orderId or Idempotency-Key.\n"},
    Row{problem_type::not_taken,
        "The request was not taken (503). Nothing has happened; sending it again is safe, after Retry-After.\n"},
    Row{problem_type::key_reused,
        "The orderId or Idempotency-Key belongs to another body (422). Nothing was taken. The same order is sent again with\n"
        "the same bytes; another order needs a key of its own.\n"},
    Row{problem_type::shipped,
        "The order is shipped (409), and cannot be cancelled any more.\n"},
    Row{problem_type::retry_running,
        "Parked orders are being sent on already (409), one lot at a time. GET /v1/orders/retry says how far that is, DELETE\n"
        "ends it.\n"},
    Row{problem_type::not_parked,
        "The order is not parked (409): there is nothing to send on.\n"},
    Row{problem_type::no_mail_yet,
        "There is no mail yet (409): the order's first mail is still to come, and is sent without being asked for.\n"},
    Row{problem_type::not_its_turn,
        "The order does not wait for that (409): another answer came first, the order went on without one, or the handler\n"
        "does its work itself.\n"},
};
// clang-format on

}  // namespace

std::string_view problem_text(std::string_view type) {
  for (const Row& row : rows) {
    if (row.type == type) return row.text;
  }
  return {};
}

}  // namespace http
