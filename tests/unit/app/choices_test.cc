#include "edge/app/choices.h"

#include "edge/app/ask_boxes.h"
#include "edge/app/settings.h"
#include "edge/config/load.h"
#include "edge/http/api/digest.h"
#include "tests/catch.h"

using namespace std::chrono_literals;

namespace {

constexpr auto secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

edge::Config defaults() {
  return edge::load({.file = {}, .dev = true, .sets = {}, .environment = {}}).config;
}

edge::Config with_payment(const std::string& url) {
  edge::Config config = defaults();
  config.payment.provider = edge::ProviderKind::http;
  config.payment.url = url;
  config.payment.secret = {{secret, "{ env = \"PAY\" }"}};
  return config;
}

std::vector<std::string> found(const edge::Config& config) {
  std::vector<std::string> keys;
  for (const edge::Finding& finding : edge::ask_boxes(config, "/tmp")) keys.emplace_back(finding.key);
  return keys;
}

}  // namespace

TEST_CASE("what is only simulated is said at every start, one line each, but not with --dev") {
  const edge::Config config = defaults();
  REQUIRE(edge::warnings(config, true).empty());
  REQUIRE(edge::warnings(config, false).size() == 2);
  REQUIRE(edge::warnings(config, false)[0].starts_with("payment.provider is \"simulated\""));
  REQUIRE(edge::warnings(with_payment("https://pay.example/saga"), false).size() == 1);
}

TEST_CASE("orders that leave this machine in clear are warned about, with --dev as well") {
  REQUIRE(edge::warnings(with_payment("http://pay.example/saga"), true).size() == 1);
  REQUIRE(edge::warnings(with_payment("http://127.0.0.1:81/saga"), true).empty());
}

TEST_CASE("an open port is warned about, with --dev as well") {
  edge::Config config = defaults();
  config.http.open = true;
  REQUIRE(edge::warnings(config, true).size() == 1);
  REQUIRE(edge::warnings(config, true)[0].starts_with("http.open: nobody is asked for a token"));
}

TEST_CASE("a token that is a word anybody would try is refused") {
  http::Sha256 sha256;
  const auto with = [&](const std::string& name, const std::string& word) {
    edge::Config config = defaults();
    config.http.tokens = {{.name = name, .sha256 = sha256.of(word), .orders = true}};
    return found(config);
  };
  for (const std::string word : {"", "secret", "secret2", "changeme", "my shop", "my shop-token"})
    REQUIRE(with("my shop", word) == std::vector<std::string>{"http.tokens"});
  REQUIRE(with("my shop", "0b8e6e1f2f5e4a7d").empty());
}

TEST_CASE("the participants' own check is asked for what is called over HTTP") {
  REQUIRE(found(with_payment("https://pay.example/saga")).empty());
  REQUIRE(found(with_payment("")) == std::vector<std::string>{"payment.url"});
  REQUIRE(found(with_payment("ftp://pay.example")) == std::vector<std::string>{"payment.url"});
  edge::Config config = with_payment("https://pay.example/saga");
  config.payment.secret.push_back({"whsec_dG9vIHNob3J0", "{ env = \"OLD\" }"});
  config.payment.ca_file = "/no/such/file";
  REQUIRE(found(config) == std::vector<std::string>{"payment.secret", "payment.ca_file"});
  config.payment.provider = edge::ProviderKind::topic;
  REQUIRE(found(config).empty());
}

TEST_CASE("the box of a participant gets what its section says") {
  edge::Config config = defaults();
  config.shipping.provider = edge::ProviderKind::http;
  config.shipping.url = "https://ship.example";
  config.shipping.secret = {{"a", ""}, {"b", ""}};
  config.shipping.timeout = 7s;
  config.shipping.connections = 3;
  config.shipping.ca_file = "/ca.pem";
  const auto handler = saga::HandlerId::shipping;
  const participants::Settings told =
      edge::participant_settings(edge::provider_of(config, handler), handler, nullptr);
  REQUIRE(told.name == "shipping");
  REQUIRE(told.url == "https://ship.example");
  REQUIRE(told.secrets == std::vector<std::string>{"a", "b"});
  REQUIRE(told.timeout == 7s);
  REQUIRE(told.connections == 3);
  REQUIRE(told.ca_file == "/ca.pem");
}
