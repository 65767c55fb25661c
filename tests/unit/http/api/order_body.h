// Bodies of orders, and what the parser says to them.
#pragma once

#include <string>

#include "edge/http/api/order_parser.h"
#include "edge/http/wire/limits.h"
#include "tests/catch.h"

namespace order_body {

struct Parsed {
  int status = 200;
  std::string pointer;
};

inline http::OrderParser& parser() {
  static http::OrderParser one{saga::Currency{}};
  return one;
}

inline Parsed parse(std::string body, http::Draft& draft) {
  const std::size_t size = body.size();
  body.append(http::limits::padding, '}');  // what stands behind must not matter
  static std::string kept;
  kept = body;
  const auto problem = parser().parse({kept.data(), size}, draft);
  return problem ? Parsed{problem->status, problem->pointer} : Parsed{};
}

inline Parsed parse(const std::string& body) {
  http::Draft draft;
  return parse(body, draft);
}

inline const std::string who = R"({"userId":"u","userEmail":"you@example.com",)";

inline std::string with_amount(const std::string& amount, const std::string& more = "") {
  return who + R"("item":"k","amount":)" + amount + more + "}";
}

inline std::string with_items(const std::string& items, const std::string& more = "") {
  return who + R"("items":)" + items + more + "}";
}

inline std::string line(const std::string& sku, int quantity, const std::string& price) {
  return R"({"sku":")" + sku + R"(","quantity":)" + std::to_string(quantity) + R"(,"price":)" + price + "}";
}

}  // namespace order_body
