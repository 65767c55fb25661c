#include "bench/options.h"

#include <CLI/CLI.hpp>
#include <filesystem>

namespace bench {
namespace {

constexpr double seconds_default = 10;
constexpr double warmup_default = 3;
// Of each of the many runs against the bare loop.
constexpr double seconds_against_floor = 3;
constexpr double warmup_against_floor = 1;

std::filesystem::path own_folder() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

std::int64_t as_ns(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

std::string usage_problem(const Options& options, const CLI::App& app) {
  if (!options.target.empty() && (!options.config.empty() || !options.settings.empty()))
    return "--target measures an engine that runs already: --config and --set are its own business";
  if (options.target.empty() && options.pid != 0) return "--pid goes with --target";
  if (!options.baseline.brokers.empty() && app.count("--rate") == 0)
    return "--ack-baseline compares at one rate: give --rate";
  if (!options.against_floor) return {};
  for (const char* other : {"--target", "--config", "--rate", "--connections", "--depth", "--keys",
                            "--orders", "--sample", "--ack-baseline"})
    if (app.count(other) > 0) return std::string{"--against-floor has loads of its own, without "} + other;
  return {};
}

void fill(std::vector<std::pair<std::string, std::string>>& client, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    client.emplace_back(text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1));
  }
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  options.engine = (own_folder().parent_path() / "engine").string();
  options.floor = (own_folder() / "floor").string();
  for (int i = 0; i < argc; ++i) options.command.append(i > 0 ? " " : "").append(argv[i]);
  double seconds = seconds_default, warmup = warmup_default;
  bool is_closed = false;
  std::vector<std::string> client;

  CLI::App app{"Places orders over HTTP, measures, and verifies that every accepted one completed."};
  auto* target =
      app.add_option("--target", options.target, "host:port of a running engine (else one is started)");
  app.add_option("--pid", options.pid, "its process, for CPU and memory");
  app.add_option("--engine", options.engine, "the engine to start")->capture_default_str()->excludes(target);
  app.add_option("--config", options.config, "start it with this file (else --dev with mail.url=discard:)");
  app.add_option("--set", options.settings, "passed on to the engine")->allow_extra_args(false);
  app.add_flag("--threads", options.by_thread, "CPU an order of each of the engine's threads, too");
  app.add_option("--redis-pid", options.redis_pid, "Redis, when it is not the engine's child");
  app.add_option("--kafka-pid", options.kafka_pid, "the Kafka broker");
  auto* rate =
      app.add_option("--rate", options.load.rate, "open loop: orders a second")->check(CLI::PositiveNumber);
  app.add_option("--burst", options.load.burst, "open loop: so many orders at the same moment")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_flag("--closed", is_closed, "closed loop: each answer sends the next order (default)")
      ->excludes(rate);
  app.add_option("--connections", options.load.connections)
      ->capture_default_str()
      ->check(CLI::Range(1, 4000));
  app.add_option("--depth", options.load.depth, "requests in flight on a connection")
      ->capture_default_str()
      ->check(CLI::Range(1U, pipeline_max));
  auto* window = app.add_option("--seconds", seconds, "measured window of a round (3 with --against-floor)")
                     ->capture_default_str();
  auto* before =
      app.add_option("--warmup", warmup, "seconds before it (1 with --against-floor)")->capture_default_str();
  app.add_flag("--keys", options.load.has_keys, "each order with an Idempotency-Key of its own");
  app.add_option("--orders", options.load.orders_max, "measure this many orders instead of --seconds");
  app.add_option("--sample", options.load.sample_every, "every n-th order waits for completed; 0: none")
      ->capture_default_str();
  auto* rounds = app.add_option("--rounds", options.rounds, "measure so often (5 in a comparison)")
                     ->capture_default_str()
                     ->check(CLI::Range(1, 1000));
  app.add_option("--ack-baseline", options.baseline.brokers,
                 "compare with a plain producev to these brokers");
  app.add_option("--ack-topic", options.baseline.topic)->capture_default_str();
  auto* linger =
      app.add_option("--ack-linger-ms", options.baseline.linger_ms, "default: the engine's kafka.linger");
  app.add_option("--ack-client", client, "name=value for its librdkafka")->allow_extra_args(false);
  app.add_flag("--against-floor", options.against_floor,
               "engine and bare loop in turn at several loads, and each leg of the loop alone");
  app.add_option("--floor", options.floor, "the bare loop to start")->capture_default_str();
  app.add_option("--json", options.json, "write everything to this file too");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (options.against_floor && window->count() == 0) seconds = seconds_against_floor;
  if (options.against_floor && before->count() == 0) warmup = warmup_against_floor;
  options.load.window_ns = as_ns(seconds);
  options.load.warmup_ns = as_ns(warmup);
  options.is_linger_given = linger->count() > 0;
  fill(options.baseline.client, client);
  if ((options.against_floor || !options.baseline.brokers.empty()) && rounds->count() == 0)
    options.rounds = 5;
  if (const std::string problem = usage_problem(options, app); !problem.empty()) {
    std::cerr << problem << '\n';
    return 2;
  }
  return options;
}

}  // namespace bench
