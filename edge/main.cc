// The process: command line, configuration, signals, and the exit code.
#include <sys/resource.h>

#include <csignal>
#include <cstdio>

#include "edge/app/app.h"
#include "edge/app/ask_boxes.h"
#include "edge/app/choices.h"
#include "edge/app/signals.h"
#include "edge/app/try_participant.h"
#include "edge/app/verify_topic.h"
#include "edge/command_line.h"
#include "edge/config/load.h"
#include "edge/healthcheck.h"
#include "edge/log.h"

namespace {

int code(edge::ExitCode exit_code) { return static_cast<int>(exit_code); }

/// A connection is a descriptor, and shells allow only 1024 of them where the system allows far more.
void raise_descriptor_limit() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

/// As lines of their own, or, where the log is read as JSON, as its lines.
void complain(const edge::Loaded& loaded) {
  if (loaded.config.log.format != edge::Log::Format::json) {
    for (const edge::Problem& problem : loaded.problems)
      std::fprintf(stderr, "%s\n", edge::render(problem).c_str());
    return;
  }
  edge::Log log(edge::Log::Level::error, edge::Log::Format::json);
  for (const edge::Problem& problem : loaded.problems)
    log.error(problem.what, {{"where", problem.where}, {"key", problem.key}});
}

int print(std::FILE* to, const std::string& text, int exit_code) {
  std::fputs(text.c_str(), to);
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a neighbour that hangs up is an error to handle, not an end
  const edge::CommandLine line = edge::parse_command_line(argc, argv);
  if (line.act == edge::CommandLine::Act::print)
    return print(line.exit_code == 0 ? stdout : stderr, line.text, line.exit_code);

  if (line.act == edge::CommandLine::Act::healthcheck) {
    const auto well = edge::healthcheck(line.healthcheck);
    return well.ok() ? 0 : print(stderr, well.error() + "\n", code(edge::ExitCode::failure));
  }
  if (line.act == edge::CommandLine::Act::try_participant) return code(edge::try_participant(line));

  const edge::Loaded loaded = edge::load(
      {.file = line.config,
       .dev = line.dev,
       .sets = line.sets,
       .environment = edge::process_environment(),
       .ask_boxes = [&line](const edge::Config& told) { return edge::ask_boxes(told, line.data); }});
  if (!loaded.problems.empty()) {
    complain(loaded);
    return code(edge::ExitCode::bad_configuration);
  }
  if (line.act == edge::CommandLine::Act::check_config)
    return print(stdout, "the configuration is good\n", 0);
  if (line.act == edge::CommandLine::Act::print_config) return print(stdout, edge::print_config(loaded), 0);

  const edge::Config& config = loaded.config;
  if (line.act != edge::CommandLine::Act::verify)
    edge::block_signals();  // which has nothing to bring to an end
  raise_descriptor_limit();
  edge::Log log(config.log.level, config.log.format);
  if (line.act == edge::CommandLine::Act::verify) return code(edge::verify_topic(config, log));
  for (const std::string& warning : edge::warnings(config, line.dev)) log.warn("{}", warning);
  edge::App app(config, line.data, line.takeover, log);
  return code(app.run());
}
