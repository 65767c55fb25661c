#include "handlers/simulate.h"

#include "tests/catch.h"
#include "tests/world/make_order.h"

using handlers::declines;
using handlers::fails;
using handlers::matches;

TEST_CASE("a star stands for any characters") {
  for (const auto& [pattern, text] : std::initializer_list<std::pair<const char*, const char*>>{
           {"*", ""},
           {"*", "x"},
           {"glass*", "glass"},
           {"glass*", "glasses"},
           {"*@declined.example", "a@declined.example"},
           {"a*b*c", "aXbYbZc"},
           {"a", "a"},
           {"**a", "a"}}) {
    CAPTURE(pattern, text);
    REQUIRE(matches(pattern, text));
  }
  for (const auto& [pattern, text] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "x"},
           {"glass*", "a glass"},
           {"*@declined.example", "a@declined.example.org"},
           {"a*b*c", "aXbYb"},
           {"a", "A"},
           {"?", "x"}}) {
    CAPTURE(pattern, text);
    REQUIRE_FALSE(matches(pattern, text));
  }
}

TEST_CASE("an amount over the limit is declined, in every currency's digits") {
  REQUIRE(handlers::ten_thousandths("200000000.00") == -1);  // not 0, which would decline everything
  const std::int64_t limit = handlers::ten_thousandths("1000.00");
  for (const auto& [code, at_limit] : std::initializer_list<std::pair<const char*, std::int64_t>>{
           {"USD", 100'000}, {"JPY", 1'000}, {"KWD", 1'000'000}, {"CLF", 10'000'000}}) {
    CAPTURE(code);
    tests::OrderDraft draft = tests::make_order(1);
    draft.order.currency = *saga::find_currency(code);
    draft.order.total_minor = at_limit;
    REQUIRE_FALSE(declines({.decline_over = limit, .decline_email = "", .decline_rate = 0}, draft.order));
    ++draft.order.total_minor;
    REQUIRE(declines({.decline_over = limit, .decline_email = "", .decline_rate = 0}, draft.order));
  }
}

TEST_CASE("a rate takes about its share of the orders, always the same ones") {
  int declined = 0;
  int failed = 0;
  int both = 0;
  for (unsigned n = 0; n < 20'000; ++n) {
    const tests::OrderDraft draft = tests::make_order(n);
    const bool decline =
        declines({.decline_over = -1, .decline_email = "", .decline_rate = 0.1}, draft.order);
    const bool fail = fails({.fail_sku = "", .fail_rate = 0.1}, draft.order);
    REQUIRE(decline == declines({.decline_over = -1, .decline_email = "", .decline_rate = 0.1}, draft.order));
    declined += decline ? 1 : 0;
    failed += fail ? 1 : 0;
    both += decline && fail ? 1 : 0;
  }
  REQUIRE(declined > 1'800);
  REQUIRE(declined < 2'200);
  REQUIRE(failed > 1'800);
  REQUIRE(failed < 2'200);
  REQUIRE(both < 300);  // one rate says nothing about the other
}

TEST_CASE("no rule, no trouble") {
  for (unsigned n = 0; n < 1000; ++n) {
    REQUIRE_FALSE(declines({}, tests::make_order(n).order));
    REQUIRE_FALSE(fails({}, tests::make_order(n).order));
  }
}
