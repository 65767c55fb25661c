#include "bench/requests.h"

#include <fmt/format.h>

#include <array>

namespace bench {
namespace {

constexpr std::size_t variants = 256;
constexpr std::array<std::string_view, 8> items = {"keyboard", "mouse", "monitor", "cable",
                                                   "desk",     "lamp",  "headset", "webcam"};

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

Requests::Requests(std::string_view host) : get_tail_{fmt::format(" HTTP/1.1\r\nHost: {}\r\n\r\n", host)} {
  for (std::size_t variant = 0; variant < variants; ++variant) {
    orders_.push_back(render_post(host, variant, ""));
    waiting_.push_back(render_post(host, variant, "Prefer: wait=30\r\n"));
  }
}

void Requests::render_get(std::string_view order_id, std::string& out) const {
  out.append("GET /v1/orders/").append(order_id).append(get_tail_);
}

}  // namespace bench
