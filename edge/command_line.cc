#include "edge/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <utility>

namespace edge {
namespace {

constexpr int usage_error = 2;

CommandLine say(std::string text, int exit_code) {
  CommandLine line;
  line.act = CommandLine::Act::print;
  line.text = std::move(text);
  line.exit_code = exit_code;
  return line;
}

CommandLine refuse(std::string_view what) {
  return say(fmt::format("engine: {}\nTry: engine --dev, engine --config FILE, engine --help\n", what),
             usage_error);
}

constexpr auto footer = R"(
Settings come from --set, then the environment (ENGINE_SECTION_KEY), then the file, then the default;
--print-config shows all of them. Exit codes: 0 drained, 1 failure, 2 usage, 65 topic and Redis do not
belong together, 69 a needed service was not there in time, 75 replaced by a newer engine, 78 bad configuration.)";

}  // namespace

std::string_view version() { return ENGINE_VERSION; }

CommandLine parse_command_line(int count, const char* const* arguments) {
  CommandLine line;
  bool check = false;
  bool print = false;
  bool verify = false;
  bool wants_version = false;
  CLI::App app("An order engine: a saga over one Kafka topic, in one process.", "engine");
  app.footer(footer);
  app.set_help_flag("--help", "print this and exit");
  auto* config =
      app.add_option("--config", line.config, "run against real Kafka, Redis and SMTP")->type_name("FILE");
  auto* dev = app.add_flag("--dev", line.dev, "run with everything embedded, nothing to configure");
  app.add_option("--data", line.data, "where --dev keeps the mails (engine-data)")->type_name("DIR");
  app.add_option("--set", line.sets, "override one setting (repeatable)")
      ->type_name("SECTION.KEY=VALUE")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--takeover", line.takeover, "do not wait while another engine owns the topic");
  app.add_flag("--check-config", check, "print every problem of the settings, exit 0 or 78");
  app.add_flag("--print-config", print, "print the effective settings with their origins");
  app.add_flag(
      "--verify", verify,
      "prove that the topic makes sense and Redis is what it says, changing nothing; exit 0, or 1 with "
      "findings");
  auto* participant = app.add_option("--try-participant", line.participant,
                                     "hold a participant against the contract, by calls to it; exit 0 or 1")
                          ->type_name("URL");
  const auto beside = [&](const char* option, std::string& into, const char* help) {
    return app.add_option(option, into, help)->type_name("FILE")->needs(participant);
  };
  app.add_option("--as", line.participant_handler, "whose work it does: payment (default), inventory, …")
      ->type_name("HANDLER")
      ->needs(participant);
  beside("--secret-file", line.secret_file,
         "its secret, whsec_…; else ENGINE_PAYMENT_SECRET (by the handler)");
  beside("--order", line.order_file, "the order to try it with, a JSON object as OrderPlaced has it");
  beside("--ca-file", line.ca_file, "the authority of its certificate");
  app.add_option("--timeout", line.timeout_s, "how long one call to it may take (30)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 3600))
      ->needs(participant);
  auto* health =
      app.add_option("--healthcheck", line.healthcheck,
                     "ask an engine how it is, as http://127.0.0.1:8080/readyz says; exit 0 if well, else 1")
          ->type_name("URL");
  participant->excludes(config)->excludes(dev);
  app.add_flag("--version", wants_version, "print the version and exit");
  config->excludes(dev);
  try {
    app.parse(count, arguments);
  } catch (const CLI::CallForHelp&) {
    return say(app.help(), 0);
  } catch (const CLI::ParseError& error) {
    return refuse(error.what());
  }
  if (wants_version) return say(fmt::format("engine {}\n", version()), 0);
  if (health->count() > 0) {
    if (count > 3) return refuse("--healthcheck goes with nothing else");
    line.act = CommandLine::Act::healthcheck;
    return line;
  }
  if (participant->count() > 0) {
    if (check || print || verify || line.takeover || !line.sets.empty() || !line.data.empty())
      return refuse("--try-participant goes with --as, --secret-file, --order, --timeout and --ca-file only");
    if (line.participant_handler.empty()) line.participant_handler = "payment";
    line.act = CommandLine::Act::try_participant;
    return line;
  }
  if (check + print + verify > 1)
    return refuse("--check-config, --print-config and --verify are different things; choose one");
  if (verify && line.dev) return refuse("--verify goes with --config only: --dev keeps nothing to verify");
  if (!line.data.empty() && !line.dev) return refuse("--data goes with --dev only");
  // An empty name (an unset variable in a script) must not become a run without a file.
  if (config->count() > 0 && line.config.empty()) return refuse("--config needs the name of a file");
  if (!print && !line.dev && line.config.empty()) return refuse("nothing to run: say --config FILE or --dev");
  if (line.dev && line.data.empty()) line.data = "engine-data";
  if (check) line.act = CommandLine::Act::check_config;
  if (print) line.act = CommandLine::Act::print_config;
  if (verify) line.act = CommandLine::Act::verify;
  return line;
}

}  // namespace edge
