// Secrets, tokens, client settings, the placement; and that what is printed loads again.
#include "edge/config/load.h"

#include <algorithm>

#include "tests/catch.h"
#include "tests/unit/config/sources.h"

using Lines = std::vector<std::string>;

namespace {

const std::string digest(64, 'a');

std::string token(const std::string& rest) { return least + "[http]\ntokens = [ { " + rest + " } ]\n"; }

std::string mail(const std::string& rest) {
  std::string text = least;
  return text.replace(text.find("url = \"discard:\""), 16, "url = \"smtp://mail:587\"\n" + rest);
}

}  // namespace

TEST_CASE("a secret comes from the environment or a file, without the file's last line break") {
  const ConfigFile secret("s3cret\n");
  const auto by_file =
      ConfigFile(mail("user = \"u\"\npassword = { file = \"" + secret.path() + "\" }")).load();
  REQUIRE(by_file.problems.empty());
  CHECK(by_file.config.mail.password.value == "s3cret");
  const ConfigFile by_env(mail("user = \"u\"\npassword = { env = \"PW\" }"));
  CHECK(by_env.load({{"PW", "x"}}).config.mail.password.value == "x");
  CHECK(by_env.problems() == Lines{"prod.toml:8:12: mail.password: the environment has no PW; set it"});
  CHECK(by_env.problems({{"PW", ""}}).size() == 1);
  CHECK(ConfigFile(mail("user = \"u\"\npassword = { file = \"/nowhere\" }")).problems().size() == 1);
  CHECK(ConfigFile(mail("user = \"u\"\npassword = { path = \"x\" }")).problems().size() == 1);
}

TEST_CASE("a secret never comes from a flag; from its own variable it does, letter by letter") {
  const ConfigFile file(mail("user = \"u\""));
  CHECK(file.problems({}, {"mail.password=hunter2"}).size() == 1);
  CHECK(file.load({{"PW", "x"}}, {"mail.password={ env = \"PW\" }"}).config.mail.password.value == "x");
  const auto loaded = file.load({{"ENGINE_MAIL_PASSWORD", "12345"}});
  REQUIRE(loaded.problems.empty());
  CHECK(loaded.config.mail.password.value == "12345");
}

TEST_CASE("a Redis address may be plain only without a password") {
  const auto with = [](const std::string& url) {
    std::string text = least;
    return ConfigFile(text.replace(text.find("\"redis://redis:6379/0\""), 22, url))
        .load({{"URL", "redis://:pw@redis/1"}});
  };
  CHECK(with("\"redis://redis\"").problems.empty());
  CHECK(with("\"unix:///run/redis.sock\"").problems.empty());
  CHECK(with("\"redis://:pw@redis/1\"").problems.size() == 1);
  CHECK(with("\"redis://user@redis/1\"").problems.empty());
  CHECK(with("\"unix://:pw@/run/redis.sock\"").problems.size() == 1);
  const auto loaded = with("{ env = \"URL\" }");
  REQUIRE(loaded.problems.empty());
  CHECK(loaded.config.redis.url.value == "redis://:pw@redis/1");
}

TEST_CASE("hosts are a list of names") {
  const ConfigFile good(least + "[http]\nhosts = [\"shop.example\", \"desk\"]\n");
  CHECK(good.load().config.http.hosts == std::vector<std::string>{"shop.example", "desk"});
  for (const std::string wrong : {"\"shop\"", "[1]", "[\"\"]"})
    CHECK(ConfigFile(least + "[http]\nhosts = " + wrong + "\n").problems().size() == 1);
}

TEST_CASE("tokens are read, and each mistake is found where it stands") {
  const auto good =
      ConfigFile(token("name = \"a\", sha256 = \"" + digest + "\", scopes = [\"orders\", \"admin\"]")).load();
  REQUIRE(good.problems.empty());
  REQUIRE(good.config.http.tokens.size() == 1);
  CHECK(good.config.http.tokens[0].sha256[31] == 0xaa);
  CHECK((good.config.http.tokens[0].orders && good.config.http.tokens[0].admin));
  CHECK(ConfigFile(token("name = \"a\", sha256 = \"abc\", scopes = [\"all\"]")).problems() ==
        Lines{"prod.toml:9:35: http.tokens[0].sha256: is no SHA-256; write the 64 hex digits that `printf %s "
              "TOKEN | sha256sum` prints",
              "prod.toml:9:52: http.tokens[0].scopes: is no scope; write \"orders\", \"admin\" or "
              "\"participant\""});
  CHECK(ConfigFile(token("name = \"a\"")).problems().size() == 2);
  CHECK(
      ConfigFile(token("nam = \"a\", sha256 = \"" + digest + "\", scopes = [\"admin\"]")).problems().size() ==
      2);
  CHECK(ConfigFile(token("name = \"a\", sha256 = \"" + digest + "\", scopes = []")).problems().size() == 1);
  CHECK(ConfigFile(token("name = \"a\\n\", sha256 = \"" + digest + "\", scopes = [\"admin\"]"))
            .problems()
            .size() == 1);
  const std::string scopes = "\", scopes = [\"orders\"]";
  CHECK(ConfigFile(token("name = \"a\", sha256 = \"" + digest + scopes + " }, { name = \"b\", sha256 = \"" +
                         digest + scopes))
            .problems()
            .size() == 1);
  CHECK(ConfigFile(least + "[http]\ntokens = \"x\"\n").problems().size() == 1);
}

TEST_CASE("a token's digest may come from outside, and the print shows what it is") {
  const ConfigFile file(token("name = \"a\", sha256 = { env = \"A\" }, scopes = [\"orders\"]"));
  const auto loaded = file.load({{"A", digest}});
  REQUIRE(loaded.problems.empty());
  CHECK(loaded.config.http.tokens[0].sha256[0] == 0xaa);
  CHECK(edge::print_config(loaded).find(digest) != std::string::npos);
  CHECK(file.problems() == Lines{"prod.toml:9:35: http.tokens[0].sha256: the environment has no A; set it"});
  CHECK(file.problems({{"A", "abc"}}).size() == 1);
}

TEST_CASE("open is a truth value, and one beside tokens is refused") {
  const ConfigFile open(least + "[http]\nlisten = \"0.0.0.0:80\"\nopen = true\n");
  const auto loaded = open.load();
  REQUIRE(loaded.problems.empty());
  CHECK(loaded.config.http.open);
  CHECK(edge::print_config(loaded).find("open = true") != std::string::npos);
  CHECK(open.problems({{"ENGINE_HTTP_OPEN", "false"}}).size() == 1);
  CHECK(open.problems({{"ENGINE_HTTP_OPEN", "yes"}}).size() == 1);
  CHECK(ConfigFile(least + "[http]\nopen = \"true\"\n").problems() ==
        Lines{"prod.toml:9:8: http.open: is a string; write true or false, without quotes"});
  const std::string tokens = token("name = \"a\", sha256 = \"" + digest + "\", scopes = [\"orders\"]");
  CHECK(ConfigFile(tokens + "open = true\n")
            .problems()
            .at(0)
            .starts_with("prod.toml:10:8: http.open: does nothing beside http.tokens"));
  CHECK(ConfigFile(tokens + "open = false\n").problems().empty());
}

TEST_CASE("client settings: nested or quoted names, numbers, references, and what is the engine's own") {
  const ConfigFile file(
      least +
      "[kafka.client]\nsecurity.protocol = \"SSL\"\n\"socket.timeout.ms\" = 5000\nlog_cache = true\n");
  auto loaded = file.load({}, {"kafka.client.client.id=engine-1", "kafka.client.socket.timeout.ms=7"});
  for (const auto& problem : loaded.problems) FAIL_CHECK(edge::render(problem));
  Lines client;
  for (const auto& setting : loaded.config.kafka.client)
    client.push_back(setting.name + "=" + setting.value.value);
  std::sort(client.begin(), client.end());
  CHECK(client ==
        Lines{"client.id=engine-1", "log_cache=true", "security.protocol=SSL", "socket.timeout.ms=7"});
  CHECK(file.problems({{"PW", "x"}}, {"kafka.client.sasl.password={ env = \"PW\" }"}).empty());
}

TEST_CASE("a client setting that may hold a secret is never plain, and printed as what it refers to") {
  for (const std::string name :
       {"sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
        "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config", "sasl.jaas.config",
        "sasl.oauthbearer.assertion.private.key.passphrase", "sasl.oauthbearer.assertion.private.key.pem"}) {
    INFO(name);
    CHECK(ConfigFile(least).problems({}, {"kafka.client." + name + "=hunter2"}) ==
          Lines{"--set: kafka.client." + name +
                ": is a secret in plain text; write { env = \"NAME\" } or { file = \"PATH\" }"});
    const auto loaded =
        ConfigFile(least).load({{"PW", "hunter2"}}, {"kafka.client." + name + "={ env = \"PW\" }"});
    CHECK(loaded.problems.empty());
    const std::string printed = edge::print_config(loaded);
    CHECK(printed.find("hunter2") == std::string::npos);
    CHECK(printed.find(name) != std::string::npos);
  }
}

TEST_CASE("a collector's headers: what lets somebody in is never plain, and printed as what it refers to") {
  const std::string traces = least + "[traces]\nurl = \"http://collector:4318\"\nheaders = ";
  const ConfigFile file(traces + "{ Authorization = { env = \"PW\" }, x-tenant = \"shop\" }\n");
  const auto loaded = file.load({{"PW", "hunter2"}});
  REQUIRE(loaded.problems.empty());
  REQUIRE(loaded.config.traces.headers.size() == 2);
  CHECK(loaded.config.traces.headers[0].name == "Authorization");
  CHECK(loaded.config.traces.headers[0].value.value == "hunter2");
  CHECK(loaded.config.traces.headers[1].value.value == "shop");
  const std::string printed = edge::print_config(loaded);
  CHECK(printed.find("hunter2") == std::string::npos);
  CHECK(printed.find(R"(headers = { "Authorization" = { env = "PW" }, "x-tenant" = "shop" })") !=
        std::string::npos);
  CHECK(file.problems().size() == 1);  // the environment has no PW
  for (const std::string name :
       {"authorization", "Proxy-Authorization", "X-Api-Key", "x-auth-token", "Cookie", "client-secret"}) {
    INFO(name);
    CHECK(ConfigFile(traces + "{ " + name + " = \"hunter2\" }\n").problems() ==
          Lines{"prod.toml:10:" + std::to_string(name.size() + 16) + ": traces.headers." + name +
                ": is a secret in plain text; write { env = \"NAME\" } or { file = \"PATH\" }"});
  }
  CHECK(ConfigFile(traces + "{ x-tenant = 7 }\n").problems().size() == 1);
  CHECK(ConfigFile(traces + "[ \"x-tenant: shop\" ]\n").problems().size() == 1);
  CHECK(ConfigFile(least + "[traces]\nheaders = { x-tenant = \"shop\" }\n").problems().size() ==
        1);  // no url
}

TEST_CASE("a NUL, at which a C library would stop reading, is in no text") {
  CHECK(ConfigFile(least + "[kafka.client]\n\"client.id\" = \"a\\u0000b\"\n").problems().size() == 1);
  CHECK(ConfigFile(least + "[payment.simulate]\ndecline_email = \"a\\u0000b\"\n").problems().size() == 1);
  const ConfigFile secret(std::string("a\0b", 3));
  CHECK(ConfigFile(mail("user = \"u\"\npassword = { file = \"" + secret.path() + "\" }")).problems().size() ==
        1);
}

TEST_CASE("a placement names every agent and its CPU") {
  const std::string all =
      "reactor = 0, journal = 1, order = 2, payment = 2, inventory = 2, shipping = 2, notification = 3";
  const auto loaded = ConfigFile(least + "[workers]\nplacement = { " + all + " }\n").load();
  REQUIRE(loaded.problems.empty());
  REQUIRE(loaded.config.workers.placement.size() == 7);
  CHECK(ConfigFile(least + "[workers]\nplacement = \"auto\"\n").load().config.workers.placement.empty());
  CHECK(ConfigFile(least + "[workers]\nplacement = \"manual\"\n").problems().size() == 1);
  CHECK(ConfigFile(least + "[workers]\nplacement = { " + all + ", reactor2 = 1 }\n").problems().size() == 1);
}

TEST_CASE("what is printed shows no secret and loads again as what it was printed from") {
  const ConfigFile file(
      token("name = \"a \\\"b\\\"\", sha256 = \"" + digest + "\", scopes = [\"admin\"]") +
      "listen = \"[::1]:9000\"\nack_deadline = \"1.5s\"\n[payment]\nsimulate = { decline_rate = 0.125 }\n"
      "[workers]\nplacement = { reactor = 0, journal = 1, order = 2, payment = 3, inventory = 4, shipping = "
      "5, notification = 6 }\n");
  const edge::Environment environment{
      {"PW", "hunter2"}, {"ENGINE_REDIS_PASSWORD", "hunter2"}, {"ENGINE_MAIL_PASSWORD", "hunter2"}};
  const auto loaded = file.load(
      environment, {"kafka.client.sasl.password={ env = \"PW\" }", "mail.url=smtp://h", "mail.user=u"});
  for (const auto& problem : loaded.problems) FAIL_CHECK(edge::render(problem));
  const std::string printed = edge::print_config(loaded);
  CHECK(printed.find("hunter2") == std::string::npos);
  CHECK(printed.find("# ENGINE_REDIS_PASSWORD: ") != std::string::npos);
  CHECK(printed.find("# default: ") != std::string::npos);
  const auto again = ConfigFile(printed).load(
      {{"PW", "hunter2"}, {"ENGINE_REDIS_PASSWORD", "hunter2"}, {"ENGINE_MAIL_PASSWORD", "hunter2"}});
  for (const auto& problem : again.problems) FAIL_CHECK(edge::render(problem));
  CHECK(again.config == loaded.config);
}
