#include "edge/app/outcome.h"

#include <utility>
#include <vector>

#include "edge/app/banner.h"
#include "tests/catch.h"

using edge::ExitCode;
using Kind = engine::Setback::Kind;

TEST_CASE("how a life ended is the process' exit code, as the contract has it") {
  REQUIRE(edge::exit_code({.drained = true}) == ExitCode::drained);
  REQUIRE(edge::exit_code({.drained = true, .kind = Kind::told_to_stop}) == ExitCode::drained);
  const std::vector<std::pair<Kind, int>> codes{{Kind::failed, 1},        {Kind::told_to_stop, 1},
                                                {Kind::moved, 1},         {Kind::do_not_belong_together, 65},
                                                {Kind::unreachable, 69},  {Kind::replaced, 75},
                                                {Kind::wrong_setting, 78}};
  for (const auto& [kind, code] : codes) {
    CAPTURE(code);
    REQUIRE(static_cast<int>(edge::exit_code({.drained = false, .kind = kind})) == code);
  }
}

TEST_CASE("the banner of --dev names every place, and commands that can be pasted") {
  const std::string banner = edge::render(
      edge::Banner{.port = 8081, .data = "/tmp/shop", .brokers = "127.0.0.1:9", .topic = "orders"});
  for (const char* part :
       {"Nothing survives exit but the mails", "http://127.0.0.1:8081/\n", "/tmp/shop/outbox",
        "curl -si http://127.0.0.1:8081/create-order --json '{\"userId\":",
        "curl -s http://127.0.0.1:8081/v1/orders/<orderId>", "kcat -b 127.0.0.1:9 -t orders -C"}) {
    CAPTURE(part);
    REQUIRE(banner.find(part) != std::string::npos);
  }
}
