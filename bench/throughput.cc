// throughput: starts the engine (or takes one that runs), loads it over HTTP, measures, verifies that every
// accepted order completed, and reports. See options.cc for what it takes and load.h for how it measures.
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>

#include "bench/against_floor.h"
#include "bench/engine_process.h"
#include "bench/report.h"
#include "bench/workspace.h"

namespace {

using namespace bench;

int fail(const std::string& what) {
  fmt::print(stderr, "throughput: {}\n", what);
  return 1;
}

void watch(ProcessStats& stats, const Options& options, pid_t engine) {
  if (engine != 0) {
    stats.watch("engine", engine);
    stats.watch_memory(engine);
    if (options.by_thread) stats.watch_threads(engine);
  }
  const pid_t redis = options.redis_pid != 0 || engine == 0
                          ? options.redis_pid
                          : descendant_called(engine, "redis-server").value_or(0);
  if (redis != 0) stats.watch("redis", redis);
  if (options.kafka_pid != 0) stats.watch("kafka", options.kafka_pid);
  stats.watch("generator", ::getpid());
}

// All rounds: the engine under load, then, where asked for, the plain producer at the same rate.
std::optional<std::string> measure(const Options& options, Pool& pool, Requests& requests,
                                   ProcessStats& stats, std::deque<Round>& rounds,
                                   std::vector<OrderId>& accepted) {
  AckBaseline baseline;
  const bool is_compared = !options.baseline.brokers.empty();
  if (is_compared)
    if (auto error = baseline.open(options.baseline)) return error;
  for (unsigned index = 0; index < options.rounds; ++index) {
    Round& round = rounds.emplace_back();
    Load{pool, requests, options.load, round.load, accepted}.run(stats);
    if (round.load.unanswered > 0) return std::nullopt;  // the pool still waits for them: no further round
    if (!is_compared) continue;
    if (auto error = baseline.run(options.load.rate, options.load.burst, options.load.warmup_ns,
                                  options.load.window_ns, round.baseline_ack))
      return "baseline: " + *error;
  }
  return std::nullopt;
}

Verdict verify_all(const Options& options, const Address& address, const Requests& requests,
                   const ProcessStats& stats, std::deque<Round>& rounds, std::vector<OrderId>& accepted) {
  std::vector<CompletionWindow> windows;
  for (const WindowCost& window : stats.windows()) {
    // Counted orders have no planned end: theirs is the last completion.
    const bool is_counted = options.load.orders_max > 0 && options.rounds == 1;
    windows.push_back(
        {.begin_wall_ns = window.begin_wall_ns,
         .end_wall_ns = is_counted ? std::numeric_limits<std::int64_t>::max() : window.end_wall_ns});
  }
  Verdict verdict = verify(address, requests, accepted, windows, verify_patience_ns);
  for (std::size_t index = 0; index < std::min(rounds.size(), windows.size()); ++index) {
    rounds[index].completion = windows[index];
    rounds[index].cost = stats.windows()[index];
  }
  return verdict;
}

int run(Options options) {
  Workspace workspace;
  EngineProcess engine;
  std::string listen = options.target;
  std::vector<std::string> arguments;
  if (options.starts_engine()) {
    const auto port = free_port();
    if (!port) return fail("no free port on 127.0.0.1");
    listen = fmt::format("127.0.0.1:{}", *port);
    arguments = engine_arguments(options.config, options.settings, listen, workspace.path("data"));
  }
  const auto address = parse_address(listen);
  if (!address) return fail("no such address: " + listen);
  const MachineFacts machine = machine_facts();
  if (options.starts_engine()) {
    if (auto error = engine.start(options.engine, arguments, workspace.path("engine.log")))
      return fail(*error);
    if (auto error = engine.wait_ready(*address, ready_ns_max)) return fail(*error);
  }
  const pid_t pid = options.starts_engine() ? engine.pid() : options.pid;
  const EngineFacts facts =
      options.starts_engine() ? engine_facts(options.engine, arguments) : engine_facts_of(pid);
  if (!options.is_linger_given)
    options.baseline.linger_ms = facts.linger_ms.value_or(options.baseline.linger_ms);

  Requests requests{listen, options.load.has_keys};
  Pool pool{*address};
  ProcessStats stats;
  std::deque<Round> rounds;
  std::vector<OrderId> accepted;
  if (auto error = pool.open(Load::connections_needed(options.load))) return fail(*error);
  watch(stats, options, pid);
  if (auto error = measure(options, pool, requests, stats, rounds, accepted)) return fail(*error);
  pool.close();
  Verdict verdict = verify_all(options, *address, requests, stats, rounds, accepted);
  const std::optional<int> engine_exit = options.starts_engine() ? engine.stop(stop_ns_max) : std::nullopt;

  const Report report{.options = options,
                      .machine = machine,
                      .engine = facts,
                      .rounds = rounds,
                      .verdict = std::move(verdict),
                      .engine_exit = engine_exit,
                      .reopened_count = pool.reopened_count()};
  fmt::print("{}", render_text(report));
  if (!options.json.empty() && !(std::ofstream{options.json} << render_json(report)))
    return fail("cannot write " + options.json);
  if (report.problems().empty()) return 0;
  if (options.starts_engine()) {
    workspace.keep();
    fmt::print("log       {}\n", workspace.path("engine.log"));
  }
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  // Send times are nanoseconds apart from what was intended, not the default 50 us.
  ::prctl(PR_SET_TIMERSLACK, 1);
  // Some thousand connections are more descriptors than the default lets a process have.
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  auto options = parse_options(argc, argv);
  if (const int* exit_code = std::get_if<int>(&options)) return *exit_code;
  auto& told = std::get<Options>(options);
  return told.against_floor ? run_against_floor(told) : run(std::move(told));
}
