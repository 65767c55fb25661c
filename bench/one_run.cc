#include "bench/one_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include "bench/engine_process.h"
#include "bench/workspace.h"

namespace bench {
namespace {

std::optional<std::string> verify_once(const Address& address, const Requests& requests,
                                       const WindowCost& window, std::vector<OrderId>& accepted,
                                       Round& round) {
  std::vector<CompletionWindow> windows{
      {.begin_wall_ns = window.begin_wall_ns, .end_wall_ns = window.end_wall_ns}};
  const Verdict verdict = verify(address, requests, accepted, windows, verify_patience_ns);
  round.completion = windows.front();
  if (verdict.holds()) return std::nullopt;
  return fmt::format("of {} accepted orders {} completed, {} had another's id", verdict.checked,
                     verdict.completed, verdict.duplicates);
}

}  // namespace

std::optional<std::string> run_once(const OneRun& plan, Round& round) {
  Workspace workspace;
  const auto port = free_port();
  if (!port) return "no free port on 127.0.0.1";
  const std::string listen = fmt::format("127.0.0.1:{}", *port);
  const auto address = parse_address(listen);
  std::vector<std::string> arguments = plan.own_arguments;
  for (std::string& argument : engine_arguments({}, plan.settings, listen, workspace.path("data")))
    arguments.push_back(std::move(argument));

  EngineProcess process;
  if (auto error = process.start(plan.program, arguments, workspace.path("log"))) return error;
  if (auto error = process.wait_ready(*address, ready_ns_max)) return error;
  Requests requests{listen, plan.load.has_keys};
  Pool pool{*address};
  if (auto error = pool.open(Load::connections_needed(plan.load))) return error;
  ProcessStats stats;
  stats.watch("engine", process.pid());
  stats.watch_memory(process.pid());
  if (const auto redis = descendant_called(process.pid(), "redis-server")) stats.watch("redis", *redis);
  stats.watch("generator", ::getpid());

  std::vector<OrderId> accepted;
  Load{pool, requests, plan.load, round.load, accepted}.run(stats);
  pool.close();
  if (round.load.unanswered > 0) return fmt::format("{} requests were never answered", round.load.unanswered);
  if (round.load.accepted_in_window == 0) return "no order was accepted";
  round.cost = stats.windows().front();
  if (plan.is_verified)
    if (auto error = verify_once(*address, requests, round.cost, accepted, round)) return error;
  const auto exit_code = process.stop(stop_ns_max);
  if (exit_code != 0) return fmt::format("it ended with exit code {}", exit_code.value_or(-1));
  return std::nullopt;
}

}  // namespace bench
