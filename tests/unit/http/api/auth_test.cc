#include "edge/http/api/auth.h"

#include "tests/catch.h"

namespace {

using Verdict = http::Auth::Verdict;

http::Token token(const std::string& name, std::optional<saga::HandlerId> participant, bool admin = false) {
  http::Token made{.name = name, .admin = admin, .participant = participant};
  made.sha256 = http::Sha256().of("secret of " + name);
  return made;
}

}  // namespace

TEST_CASE("a participant's token opens its answers and nothing else") {
  const std::vector<http::Token> tokens{token("pay", saga::HandlerId::payment), token("desk", {}, true)};
  http::Auth auth(tokens);
  const auto ask = [&](http::Scope scope, const std::string& name) {
    return auth.check(scope, "Bearer secret of " + name);
  };
  REQUIRE(ask(http::Scope::participant, "pay").verdict == Verdict::granted);
  REQUIRE(ask(http::Scope::orders, "pay").verdict == Verdict::forbidden);
  REQUIRE(ask(http::Scope::admin, "pay").verdict == Verdict::forbidden);
  REQUIRE(ask(http::Scope::participant, "stranger").verdict == Verdict::unknown);
  REQUIRE(ask(http::Scope::participant, "desk").verdict == Verdict::granted);  // a person settles
  REQUIRE(ask(http::Scope::participant, "pay").token == tokens.data());
}

TEST_CASE("a token answers for the handler it is bound to; without tokens everybody does") {
  const http::Token pay = token("pay", saga::HandlerId::payment);
  const http::Token desk = token("desk", {}, true);
  REQUIRE(http::may_answer(&pay, saga::HandlerId::payment));
  REQUIRE_FALSE(http::may_answer(&pay, saga::HandlerId::shipping));
  REQUIRE_FALSE(http::may_answer(&desk, saga::HandlerId::payment));
  REQUIRE(http::may_answer(nullptr, saga::HandlerId::payment));
}
