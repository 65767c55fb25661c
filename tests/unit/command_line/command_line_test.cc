#include "edge/command_line.h"

#include "tests/catch.h"

using Act = edge::CommandLine::Act;

namespace {

edge::CommandLine parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "engine");
  return edge::parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

bool is_usage_error(const std::vector<const char*>& arguments) {
  const auto line = parse(arguments);
  return line.act == Act::print && line.exit_code == 2 && line.text.starts_with("engine: ");
}

}  // namespace

TEST_CASE("the two ways to run") {
  const auto config = parse({"--config", "prod.toml", "--takeover"});
  CHECK(config.act == Act::run);
  CHECK(config.config == "prod.toml");
  CHECK(config.takeover);
  CHECK_FALSE(config.dev);
  const auto dev = parse({"--dev", "--data", "d"});
  CHECK(dev.act == Act::run);
  CHECK(dev.dev);
  CHECK(dev.data == "d");
  CHECK_FALSE(parse({"--dev"}).data.empty());
}

TEST_CASE("settings are kept as written and in order") {
  const auto line = parse(
      {"--dev", "--set", "mail.url=discard:", "--set", "http.tokens=[{ name = \"a\" }]", "--set=a.b=c d,e"});
  CHECK(line.sets ==
        std::vector<std::string>{"mail.url=discard:", "http.tokens=[{ name = \"a\" }]", "a.b=c d,e"});
}

TEST_CASE("checking and printing") {
  CHECK(parse({"--config", "x", "--check-config"}).act == Act::check_config);
  CHECK(parse({"--config", "x", "--print-config"}).act == Act::print_config);
  CHECK(parse({"--print-config"}).act == Act::print_config);
  CHECK(parse({"--config", "x", "--verify"}).act == Act::verify);
}

TEST_CASE("a participant is tried with an address, and what goes with it") {
  const auto bare = parse({"--try-participant", "https://pay.example/"});
  CHECK(bare.act == Act::try_participant);
  CHECK(bare.participant == "https://pay.example/");
  CHECK(bare.participant_handler == "payment");
  CHECK(bare.timeout_s == 30);
  const auto line = parse({"--try-participant", "u", "--as", "shipping", "--secret-file", "s", "--order", "o",
                           "--ca-file", "c", "--timeout", "70"});
  CHECK(line.participant_handler == "shipping");
  CHECK(line.secret_file == "s");
  CHECK(line.order_file == "o");
  CHECK(line.ca_file == "c");
  CHECK(line.timeout_s == 70);
  CHECK(is_usage_error({"--try-participant"}));
  CHECK(is_usage_error({"--try-participant", "u", "--dev"}));
  CHECK(is_usage_error({"--try-participant", "u", "--config", "x"}));
  CHECK(is_usage_error({"--try-participant", "u", "--verify"}));
  CHECK(is_usage_error({"--try-participant", "u", "--set", "a.b=c"}));
  CHECK(is_usage_error({"--try-participant", "u", "--timeout", "0"}));
  CHECK(is_usage_error({"--dev", "--as", "payment"}));
  CHECK(is_usage_error({"--dev", "--secret-file", "s"}));
}

TEST_CASE("an engine is asked how it is, and nothing else is done") {
  for (const auto& said :
       {parse({"--healthcheck", "http://a/readyz"}), parse({"--healthcheck=http://a/readyz"})}) {
    CHECK(said.act == Act::healthcheck);
    CHECK(said.healthcheck == "http://a/readyz");
  }
  CHECK(is_usage_error({"--healthcheck"}));
  CHECK(is_usage_error({"--healthcheck", "u", "--dev"}));
  CHECK(is_usage_error({"--healthcheck", "u", "--config", "x"}));
}

TEST_CASE("help and version are printed, with 0") {
  const auto help = parse({"--help"});
  CHECK(help.act == Act::print);
  CHECK(help.exit_code == 0);
  for (const auto* option : {"--config", "--dev", "--data", "--set", "--takeover", "--check-config",
                             "--print-config", "--verify", "--try-participant", "--version", "--help"}) {
    CAPTURE(option);
    CHECK(help.text.find(option) != std::string::npos);
  }
  CHECK(parse({"--version"}).text.starts_with("engine 0."));
  CHECK(parse({"--version"}).exit_code == 0);
}

TEST_CASE("what cannot be meant is a usage error") {
  CHECK(is_usage_error({}));
  CHECK(is_usage_error({"--confg", "x"}));
  CHECK(is_usage_error({"--config"}));
  CHECK(is_usage_error({"--config", ""}));
  CHECK(is_usage_error({"--config", "x", "--dev"}));
  CHECK(is_usage_error({"--config", "x", "--data", "d"}));
  CHECK(is_usage_error({"--dev", "--check-config", "--print-config"}));
  CHECK(is_usage_error({"--config", "x", "--check-config", "--verify"}));
  CHECK(is_usage_error({"--verify"}));
  CHECK(is_usage_error({"--dev", "--verify"}));
  CHECK(is_usage_error({"--dev", "stray"}));
  CHECK(is_usage_error({"--dev", "--set"}));
  CHECK(is_usage_error({"--dev", "--dev=maybe"}));
}
