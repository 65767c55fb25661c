// TLS: who the participant is must be proved before anything is sent.
#include "tests/unit/participants/support.h"
#include "tests/world/child.h"
#include "tests/world/folder.h"

using namespace participants_test;
using tests::Folder;
using tests::Python;

TEST_CASE("a participant with a certificate of a known authority is called") {
  const Folder folder;
  Python server({"tests/unit/participants/tls_server.py", folder.path, "IP:127.0.0.1,DNS:localhost"});
  const std::string port = server.line();
  REQUIRE_FALSE(port.empty());
  Settings secured = settings("https://127.0.0.1:" + port + "/");
  SECTION("known") {
    secured.ca_file = folder.path / "tls.crt";
    World world(secured);
    CHECK(world.made(call(1)).decision.reference == "pi_1");
    CHECK(world.made(call(2)).verdict == Verdict::decided);
  }
  SECTION("unknown: nothing is sent") {
    World world(secured);
    CHECK(world.made(call(1)).reach == Reach::never_reached);
    CHECK(world.client->status().state == Availability::State::away);
  }
}

TEST_CASE("a certificate for somebody else is none") {
  const Folder folder;
  Python server({"tests/unit/participants/tls_server.py", folder.path, "DNS:elsewhere.example"});
  Settings secured = settings("https://127.0.0.1:" + server.line() + "/");
  secured.ca_file = folder.path / "tls.crt";
  World world(secured);
  CHECK(world.made(call(1)).reach == Reach::never_reached);
}
