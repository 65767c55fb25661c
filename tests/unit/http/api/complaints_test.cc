// Whatever is wrong with a body is said at once, one complaint a field, and nothing that only follows from another.
#include "edge/http/api/complaints.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "edge/http/api/problem_texts.h"
#include "tests/unit/http/api/order_body.h"

namespace {

std::vector<std::string> wrong(std::string body) {
  const std::size_t size = body.size();
  body.append(http::limits::padding, ' ');
  http::Draft draft;
  const auto problem = order_body::parser().parse({body.data(), size}, draft);
  REQUIRE(problem);
  std::vector<std::string> pointers;
  for (const http::Problem::Field& field : problem->errors) pointers.push_back(field.pointer);
  if (problem->status == 422) {
    REQUIRE(problem->pointer == pointers.at(0));
    CHECK(problem->detail == problem->errors[0].detail);
  }
  std::sort(pointers.begin(), pointers.end());
  return pointers;
}

using Pointers = std::vector<std::string>;

}  // namespace

TEST_CASE("every field that is wrong is named, read or judged") {
  CHECK(wrong("{}") == Pointers{"/item", "/userEmail", "/userId"});
  CHECK(
      wrong(
          R"({"userId":1,"userEmail":"x","item":"k","amount":"1.234","reference":"","colour":[1,{"a":2}]})") ==
      Pointers{"/amount", "/colour", "/reference", "/userEmail", "/userId"});
  CHECK(
      wrong(
          R"({"colour":{"a":[1]},"userId":"u","userEmail":"a@b.cd","items":[{"sku":1,"price":{}},7,{"sku":"k",)"
          R"("quantity":0,"price":"1.234","size":[[]]},{"sku":"k","quantity":1,"price":"1"}]})") ==
      Pointers{"/colour", "/items/0/price", "/items/0/quantity", "/items/0/sku", "/items/1", "/items/2/price",
               "/items/2/quantity", "/items/2/size"});
  CHECK(
      wrong(
          R"({"userId":"u","userEmail":"a@b.cd","item":"k","amount":1,"payment":{"n":{"a":"4111111111111111"}},)"
          R"("metadata":7,"orderId":"x"})") == Pointers{"/metadata", "/orderId", "/payment/n/a"});
}

TEST_CASE("what follows from another mistake is not said") {
  const std::string who = R"({"userId":"u","userEmail":"a@b.cd",)";
  CHECK(wrong(who + R"("items":7,"amount":5})") == Pointers{"/items"});
  CHECK(wrong(who + R"("items":[],"amount":5})") == Pointers{"/items"});
  CHECK(wrong(who + R"("item":"k","amountMinor":"x"})") == Pointers{"/amountMinor"});
  CHECK(wrong(who + R"("item":"k","amount":1.123,"currency":"Euro"})") == Pointers{"/currency"});
  CHECK(wrong(who + R"("items":[{"sku":"k","quantity":1,"price":"x"}],"amount":5})") ==
        Pointers{"/items/0/price"});
}

TEST_CASE("no more than so many are named, and what is no JSON is one thing") {
  std::string body = "{";
  for (int i = 0; i < 100; ++i) body += "\"k" + std::to_string(i) + "\":1,";
  CHECK(wrong(body + "\"userId\":5}").size() == http::Complaints::most);
  CHECK(wrong(R"({"userId":1,"userEmail":2,)").empty());
  CHECK(wrong(R"({"userId":1,"userId":2})").empty());
  CHECK(wrong(R"({"a":[1,2,"userId":1})").empty());
}

TEST_CASE("every type of problem has its address, which says what it means") {
  std::ifstream file("edge/http/wire/problem.h");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  int count = 0;
  for (std::size_t at = text.find("\"/problems/"); at != std::string::npos;
       at = text.find("\"/problems/", at + 1)) {
    const std::string type = text.substr(at + 1, text.find('"', at + 1) - at - 1);
    INFO(type);
    CHECK(http::problem_text(type).size() > 40);
    ++count;
  }
  CHECK(count == 11);
  CHECK(http::problem_text("/problems/other").empty());
}
