// An error as clients see it: RFC 9457, application/problem+json.
// `type` is "about:blank" where the status says it all; else an address of ours, such as /problems/outcome-unknown, that
// clients may rely on and that says what it means (api/problem_texts.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace http {

struct Problem {
  int status = 500;
  std::string detail;
  std::string pointer{};  // RFC 6901, to the field of the body that is wrong; empty: none
  std::string_view type = "about:blank";
  std::string_view title{};  // empty: the status' own
  std::string order_id{};    // empty: none
  struct Field {
    std::string pointer, detail;
  };
  std::vector<Field> errors{};  // every field that is wrong; pointer and detail are the first one's
};

namespace problem_type {
inline constexpr std::string_view invalid_order = "/problems/invalid-order";
inline constexpr std::string_view invalid_stock = "/problems/invalid-stock";
inline constexpr std::string_view stock_bounds = "/problems/stock-out-of-bounds";
inline constexpr std::string_view outcome_unknown = "/problems/outcome-unknown";
inline constexpr std::string_view not_taken = "/problems/not-taken";
inline constexpr std::string_view key_reused = "/problems/idempotency-key-reused";
inline constexpr std::string_view shipped = "/problems/already-shipped";
inline constexpr std::string_view not_parked = "/problems/not-parked";
inline constexpr std::string_view retry_running = "/problems/retry-running";
inline constexpr std::string_view no_mail_yet = "/problems/no-mail-yet";
inline constexpr std::string_view not_its_turn = "/problems/not-its-turn";
}  // namespace problem_type

namespace problem_title {
inline constexpr std::string_view outcome_unknown = "The outcome is not known";
}  // namespace problem_title

/// Of a body: it is no JSON, 400; or a field of it cannot be meant, 422. Whoever parses it adds what the body
/// was to be: type and title.
Problem malformed(std::string detail, std::string pointer = {});
Problem wrong_field(std::string pointer, std::string detail);

/// The phrase of a status line.
std::string_view phrase(int status);
/// Appends `text` as the inside of a JSON string.
void append_escaped(std::string_view text, std::string& out);
/// Appends the JSON text.
void render(const Problem& problem, std::string& out);

}  // namespace http
