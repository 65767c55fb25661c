#include "bench/requests.h"

#include <set>
#include <string>

#include "tests/catch.h"

namespace {

std::string key_of(std::string_view request) {
  constexpr std::string_view header = "\r\nIdempotency-Key: ";
  const std::size_t at = request.find(header);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = request.substr(at + header.size());
  return std::string{rest.substr(0, rest.find("\r\n"))};
}

}  // namespace

TEST_CASE("each order with a key has one that no other has, also of the next run") {
  std::set<std::string> keys;
  std::size_t count = 0;
  for (int run = 0; run < 2; ++run) {
    bench::Requests requests{"127.0.0.1:8080", true};
    for (std::size_t index = 0; index < 1000; ++index, count += 2) {
      keys.insert(key_of(requests.order(index)));
      keys.insert(key_of(requests.waiting_order(index)));
    }
  }
  REQUIRE(keys.size() == count);
  REQUIRE(keys.count("") == 0);
}

TEST_CASE("without keys an order has none") {
  bench::Requests requests{"127.0.0.1:8080"};
  REQUIRE(key_of(requests.order(0)).empty());
}
