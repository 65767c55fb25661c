// Who does a handler's work: what must be written, what may be, and what is refused because it would do
// nothing.
#include <algorithm>

#include "edge/config/idle.h"
#include "edge/config/load.h"
#include "tests/catch.h"
#include "tests/unit/config/sources.h"

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

const std::string sections = "[shipping]\nprovider = \"simulated\"\n[payment]\nprovider = ";  // lines 8 to 11
const std::string digest(64, 'a');

Lines payment(const std::string& rest) {
  return ConfigFile(least + sections + rest + "\n").problems({{"PAY", "whsec_one"}, {"OLD", "whsec_two"}});
}

}  // namespace

TEST_CASE("a file must say who takes payments and who ships, and is told the line to add; --dev need not") {
  const ConfigFile file(least + "[inventory]\nprovider = \"own\"\n");
  CHECK(file.problems() ==
        Lines{"prod.toml: payment.provider: is not chosen; write [payment] provider = \"simulated\"   # or "
              "\"http\", \"topic\"",
              "prod.toml: shipping.provider: is not chosen; write [shipping] provider = \"simulated\"   # or "
              "\"http\", \"topic\""});
  CHECK(ConfigFile(least + "[shipping]\nretry = { attempts = 3 }\n[payment]\nprovider = \"simulated\"\n")
            .problems()
            .at(0)
            .starts_with("prod.toml:8:2: shipping.provider: is not chosen"));
  CHECK(file.problems({{"ENGINE_PAYMENT_PROVIDER", "simulated"}}, {"shipping.provider=simulated"}).empty());
  CHECK(payment("\"simulated\"").empty());
  CHECK(
      payment("\"stripe\"") ==
      Lines{"prod.toml:11:12: payment.provider: \"stripe\" is unknown; write one of simulated, http, topic"});
  CHECK(payment("\"own\"").size() == 1);
  CHECK(edge::load({.file = {}, .dev = true, .sets = {}, .environment = {}}).problems.empty());
}

TEST_CASE("what a provider over HTTP is told is read, a secret as one or as several") {
  const auto loaded = ConfigFile(least + sections +
                                 "\"http\"\nurl = \"https://pay.example/saga\"\nsecret = { env = \"PAY\" }\n"
                                 "timeout = \"70s\"\nanswer_deadline = \"2h\"\nconnections = 4\nca_file = "
                                 "\"/ca.pem\"\ncapture = \"with_shipment\"\n")
                          .load({{"PAY", "whsec_one"}});
  for (const auto& problem : loaded.problems) FAIL_CHECK(edge::render(problem));
  const edge::Payment& told = loaded.config.payment;
  CHECK(told.provider == edge::ProviderKind::http);
  CHECK(told.url == "https://pay.example/saga");
  REQUIRE(told.secret.size() == 1);
  CHECK(told.secret[0].value == "whsec_one");
  CHECK(told.timeout == 70s);
  CHECK(told.answer_deadline == 2h);
  CHECK(told.connections == 4);
  CHECK(told.ca_file == "/ca.pem");
  CHECK(told.capture == saga::Capture::with_shipment);
  CHECK(loaded.config.inventory.timeout == 30s);
  CHECK(loaded.config.inventory.answer_deadline == 1h);
  CHECK(loaded.config.inventory.connections == 32);

  const edge::Environment two{{"PAY", "whsec_one"}, {"OLD", "whsec_two"}};
  const auto list =
      ConfigFile(least + sections + "\"http\"\nsecret = [ { env = \"PAY\" }, { env = \"OLD\" } ]\n")
          .load(two);
  REQUIRE(list.problems.empty());
  REQUIRE(list.config.payment.secret.size() == 2);
  CHECK(list.config.payment.secret[1].value == "whsec_two");
  CHECK(payment("\"http\"\nsecret = [ { env = \"PAY\" }, { env = \"NONE\" } ]") ==
        Lines{"prod.toml:12:29: payment.secret[1]: the environment has no NONE; set it"});
}

TEST_CASE("a participant's secret may come from its own variable, and as a list of references there") {
  const ConfigFile file(least + sections + "\"http\"\n");
  const auto one = file.load({{"ENGINE_PAYMENT_SECRET", "whsec_one"}});
  REQUIRE(one.problems.empty());
  CHECK(one.config.payment.secret.at(0).value == "whsec_one");
  const auto two = file.load({{"ENGINE_PAYMENT_SECRET", "[ { env = \"PAY\" }, { env = \"OLD\" } ]"},
                              {"PAY", "whsec_one"},
                              {"OLD", "whsec_two"}});
  REQUIRE(two.problems.empty());
  CHECK(two.config.payment.secret.size() == 2);
  CHECK(file.problems({}, {"payment.secret=whsec_plain"}) ==
        Lines{"--set: payment.secret: is a secret in plain text; write { env = \"NAME\" } or { file = "
              "\"PATH\" }"});
}

TEST_CASE("a setting that does nothing with the chosen provider is refused, wherever it is written") {
  CHECK(
      payment("\"simulated\"\nurl = \"https://pay.example\"") ==
      Lines{
          "prod.toml:12:7: payment.url: does nothing with [payment] provider = \"simulated\"; remove it, or "
          "write \"http\" there"});
  CHECK(
      payment("\"http\"\nsimulate = { decline_rate = 0.5 }") ==
      Lines{
          "prod.toml:12:29: payment.simulate.decline_rate: does nothing with [payment] provider = \"http\"; "
          "remove it, or write \"simulated\" there"});
  CHECK(
      payment("\"simulated\"\nanswer_deadline = \"1h\"") ==
      Lines{"prod.toml:12:19: payment.answer_deadline: does nothing with [payment] provider = \"simulated\"; "
            "remove it, or write \"http\" or \"topic\" there"});
  CHECK(payment("\"topic\"\nretry = { attempts = 3, deadline = \"1h\" }").size() == 1);
  CHECK(payment("\"http\"\n[inventory]\nuntracked = \"reject\"\nprovider = \"http\"").size() == 1);
  CHECK(payment("\"http\"\n[inventory]\nretry = { attempts = 3 }").size() == 1);
  CHECK(payment("\"http\"\n[inventory]\nprovider = \"http\"\nretry = { attempts = 3 }").empty());
  CHECK(payment("\"http\"\n[notification]\nprovider = \"http\"").size() == 2);  // mail.url and mail.from
  // A mail's sender who says "later" is asked again, as [mail] has it; over the topic nobody is.
  CHECK(payment("\"simulated\"\n[notification]\nprovider = \"http\"\nanswer_deadline = \"1h\"").size() == 3);
  CHECK(payment("\"simulated\"\n[notification]\nprovider = \"topic\"\nanswer_deadline = \"1h\"").size() == 2);
  CHECK(payment("\"simulated\"\n[notification]\nretry = { attempts = 3 }") ==
        Lines{"prod.toml:13:1: notification.retry: is mail.retry, whoever sends; write it there"});
  const ConfigFile file(least + sections + "\"simulated\"\n");
  CHECK(file.problems({{"ENGINE_PAYMENT_TIMEOUT", "9s"}}).size() == 1);
  CHECK(file.problems({}, {"shipping.connections=9"}).size() == 1);
  // Who could not be read may have been any.
  std::string mailless = least;
  mailless.erase(mailless.find("[mail]"));
  CHECK(ConfigFile(mailless + sections + "\"simulated\"\n[notification]\nprovider = \"htp\"\n")
            .problems()
            .size() == 1);
  CHECK(payment("\"htp\"\nurl = \"https://pay.example\"").size() == 1);
}

// Every setting that depends on a provider acts with one kind at least, and is refused with another.
TEST_CASE("each setting acts with some provider") {
  for (const auto& setting : edge::all_settings()) {
    CAPTURE(setting.key);
    bool acts = false;
    for (const auto kind : {edge::ProviderKind::ours, edge::ProviderKind::http, edge::ProviderKind::topic}) {
      edge::Config config;
      config.payment.provider = config.inventory.provider = kind;
      config.shipping.provider = config.notification.provider = kind;
      config.traces.url = "http://127.0.0.1:4318";
      acts = acts || edge::why_idle(setting.key, config).empty();
    }
    CHECK(acts);
  }
}

TEST_CASE("with somebody else to tell the customer no mail server is asked for") {
  std::string text = least;
  text.erase(text.find("url = \"discard:\""));
  text += "retry = { deadline = \"2h\" }\nbacklog = 10\n" + sections +
          "\"simulated\"\n[notification]\nprovider = \"http\"\n";
  CHECK(ConfigFile(text).problems().empty());
}

TEST_CASE("requests have a topic of their own, named after the orders' unless it is told") {
  std::string text = least;
  text.insert(text.find("[redis]"), "topic = \"shop\"\n");
  CHECK(ConfigFile(text).load().config.kafka.requests == "shop.requests");
  CHECK(edge::print_config(ConfigFile(text).load()).find("# requests = \"shop.requests\"") !=
        std::string::npos);
  text += sections + "\"topic\"\n";
  CHECK(edge::print_config(ConfigFile(text).load()).find("\nrequests = \"shop.requests\"") !=
        std::string::npos);
  CHECK(ConfigFile(text).load({}, {"kafka.requests=shop"}).config.kafka.requests == "shop");
  CHECK(ConfigFile(text).problems({}, {"kafka.requests=a b"}).size() == 1);
  CHECK(ConfigFile(text).problems({}, {"kafka.topic=" + std::string(245, 'a')}).size() == 1);
  CHECK(ConfigFile(least).problems({}, {"kafka.requests=x"}) ==
        Lines{"--set: kafka.requests: does nothing without a provider = \"topic\"; remove it"});
}

TEST_CASE("what is printed of providers hides their secrets and loads again as the same") {
  const edge::Environment environment{{"PAY", "whsec_hidden"}, {"OLD", "whsec_hidden2"}};
  const ConfigFile file(least + "[http]\ntokens = [ { name = \"pay\", sha256 = \"" + digest +
                        "\", scopes = [\"participant\"], handler = \"payment\" } ]\n" +
                        "[inventory]\nprovider = \"topic\"\n[shipping]\nprovider = \"simulated\"\n[payment]\n"
                        "provider = \"http\"\nurl = \"https://pay.example\"\n"
                        "secret = [ { env = \"PAY\" }, { env = \"OLD\" } ]\n");
  const auto loaded = file.load(environment);
  for (const auto& problem : loaded.problems) FAIL_CHECK(edge::render(problem));
  const std::string printed = edge::print_config(loaded);
  CHECK(printed.find("hidden") == std::string::npos);
  CHECK(printed.find("secret = [{ env = \"PAY\" }, { env = \"OLD\" }]") != std::string::npos);
  const auto again = ConfigFile(printed).load(environment);
  for (const auto& problem : again.problems) FAIL_CHECK(edge::render(problem));
  CHECK(again.config == loaded.config);
}

TEST_CASE("a participant's token is bound to a handler, and only that one is") {
  const auto token = [](const std::string& rest) {
    return ConfigFile(least + "[http]\ntokens = [ { name = \"a\", sha256 = \"" + digest + "\", " + rest +
                      " } ]\n");
  };
  const auto loaded = token(R"(scopes = ["participant"], handler = "shipping")").load();
  REQUIRE(loaded.problems.empty());
  CHECK(loaded.config.http.tokens[0].participant == saga::HandlerId::shipping);
  CHECK_FALSE((loaded.config.http.tokens[0].orders || loaded.config.http.tokens[0].admin));
  CHECK(
      token(R"(scopes = ["participant"])").problems() ==
      Lines{
          "prod.toml:9:12: http.tokens[0].handler: is missing; write whose work the participant does, as in "
          "handler = \"payment\""});
  CHECK(token(R"(scopes = ["orders"], handler = "payment")").problems() ==
        Lines{"prod.toml:9:12: http.tokens[0].handler: does nothing without the scope \"participant\"; "
              "remove it, "
              "or add the scope"});
  CHECK(token(R"(scopes = ["participant"], handler = "order")").problems().size() == 1);
}
