#include "edge/participants/settings.h"

#include "tests/catch.h"

using namespace participants;

namespace {

Settings good() {
  Settings made;
  made.url = "https://pay.shop.example/saga";
  made.secrets = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
  return made;
}

/// The keys that are wrong.
std::vector<std::string> wrong(const Settings& settings) {
  std::vector<std::string> keys;
  for (const WrongSetting& found : check(settings)) {
    CHECK(found.what.size() > 20);
    keys.emplace_back(found.key);
  }
  return keys;
}

}  // namespace

TEST_CASE("good settings are good") {
  CHECK(wrong(good()).empty());
  Settings rotating = good();
  rotating.secrets.push_back("whsec_" + std::string(32, 'A'));
  CHECK(wrong(rotating).empty());
}

TEST_CASE("a url is https or http, without login or fragment") {
  for (const char* url :
       {"", "pay", "ftp://pay.example/", "https://", "https://u:p@pay.example/", "https://u@pay.example/",
        "https://pay.example/#a", "https://pay.example:0/", "https://pay.example:99999/"}) {
    INFO(url);
    Settings settings = good();
    settings.url = url;
    CHECK(wrong(settings) == std::vector<std::string>{"url"});
  }
}

TEST_CASE("everything that is wrong is said at once, and no secret with it") {
  Settings settings = good();
  settings.secrets = {"whsec_c2VjcmV0"};
  settings.connections = 0;
  settings.timeout = {};
  settings.ca_file = "/nowhere/ca.pem";
  CHECK(wrong(settings) == std::vector<std::string>{"secret", "connections", "timeout", "ca_file"});
  for (const WrongSetting& found : check(settings)) CHECK(found.what.find("c2VjcmV0") == std::string::npos);
  settings = good();
  settings.secrets.clear();
  settings.ca_file = "CMakeLists.txt";
  CHECK(wrong(settings) == std::vector<std::string>{"secret", "ca_file"});
}

TEST_CASE("http is warned about beyond this machine") {
  Settings settings = good();
  CHECK(warning(settings).empty());
  for (const char* url : {"http://127.0.0.1:8000/", "http://localhost/saga", "http://[::1]:8000/"}) {
    settings.url = url;
    CHECK(warning(settings).empty());
  }
  for (const char* url : {"http://pay.example/", "http://127.example/", "http://10.0.0.1/"}) {
    settings.url = url;
    CHECK(warning(settings).starts_with("payment.url: orders go to "));
  }
}
