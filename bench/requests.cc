#include "bench/requests.h"

#include <fmt/format.h>

#include <array>

#include "bench/clock.h"

namespace bench {
namespace {

constexpr std::size_t variants = 256;
constexpr std::array<std::string_view, 8> items = {"keyboard", "mouse", "monitor", "cable",
                                                   "desk",     "lamp",  "headset", "webcam"};

// In front of its digits, which each order has of its own.
constexpr std::string_view key_header = "Idempotency-Key: ";
constexpr std::size_t key_digits = 20;  // as many as 64 bits take

std::string render_post(std::string_view host, std::size_t variant, std::string_view extra_headers) {
  const std::string body = fmt::format(
      R"({{"userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1{:04x}","userEmail":"user{}@example.com","item":"{}","amount":{}.99}})",
      variant, variant, items[variant % items.size()], 9 + variant);
  return fmt::format(
      "POST /v1/orders HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{}Content-Length: "
      "{}\r\n\r\n{}",
      host, extra_headers, body.size(), body);
}

}  // namespace

Requests::Requests(std::string_view host, bool has_keys)
    : next_key_{has_keys ? static_cast<std::uint64_t>(wall_ns()) : 0},
      get_tail_{fmt::format(" HTTP/1.1\r\nHost: {}\r\n\r\n", host)} {
  const std::string key = has_keys ? fmt::format("{}{:0>{}}\r\n", key_header, 0, key_digits) : std::string{};
  for (std::size_t variant = 0; variant < variants; ++variant) {
    orders_.push_back(render_post(host, variant, key));
    waiting_.push_back(render_post(host, variant, "Prefer: wait=30\r\n" + key));
  }
}

std::string_view Requests::next(std::vector<std::string>& rendered, std::size_t index) {
  std::string& request = rendered[index % rendered.size()];
  if (next_key_ == 0) return request;
  char* const digits = request.data() + request.find(key_header) + key_header.size();
  fmt::format_to(digits, "{:0>{}}", next_key_++, key_digits);
  return request;
}

void Requests::render_get(std::string_view order_id, std::string& out) const {
  out.append("GET /v1/orders/").append(order_id).append(get_tail_);
}

}  // namespace bench
