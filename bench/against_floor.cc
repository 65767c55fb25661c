#include "bench/against_floor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>

#include "bench/one_run.h"
#include "bench/report.h"

namespace bench {
namespace {

struct ClosedLoad {
  std::size_t connections;
  unsigned depth;
  bool has_keys = false;
  std::string name() const { return fmt::format("{}x{}{}", connections, depth, has_keys ? " keys" : ""); }
};
constexpr std::array loads{ClosedLoad{64, 1}, ClosedLoad{64, 4}, ClosedLoad{64, 16}, ClosedLoad{256, 1},
                           ClosedLoad{64, 4, true}};
constexpr ClosedLoad usual{64, 4};  // for latency and legs
constexpr std::array legs{"http", "parse", "render", "produce", "redis"};

class Rounds {
 public:
  Rounds(const Options& options, Comparison& comparison) : options_{options}, comparison_{comparison} {}

  // False: a run failed, and there is nothing more to learn.
  bool run(unsigned index) {
    double rate = 0;
    for (const ClosedLoad& load : loads) {
      Round engine, floor;
      if (!pair(load.name(), plan_of(load), {}, index % 2 == 0, engine, floor)) return false;
      compare(load.name(), engine, floor, comparison_);
      if (load.name() == usual.name()) rate = std::min(rate_of(engine), rate_of(floor)) / 2;
    }
    return latency(rate, index) && each_leg();
  }

 private:
  static double rate_of(const Round& round) {
    return static_cast<double>(round.load.accepted_in_window) / std::max(1e-9, round.load.window_seconds);
  }

  LoadPlan plan_of(const ClosedLoad& load) const {
    LoadPlan plan = options_.load;
    plan.connections = load.connections;
    plan.depth = load.depth;
    plan.has_keys = load.has_keys;
    plan.sample_every = 0;
    return plan;
  }

  bool one(const std::string& what, const OneRun& run, Round& round) {
    std::fprintf(stderr, "%s\n", what.c_str());
    const auto error = run_once(run, round);
    if (error) comparison_.problems.push_back(what + ": " + *error);
    return !error;
  }

  OneRun floor_run(const LoadPlan& load, std::vector<std::string> own, bool is_verified) const {
    return {.program = options_.floor,
            .own_arguments = std::move(own),
            .settings = options_.settings,
            .load = load,
            .is_verified = is_verified};
  }

  bool pair(const std::string& name, const LoadPlan& load, const std::vector<std::string>& floors_own,
            bool is_engine_first, Round& engine, Round& floor) {
    const auto run_engine = [&] {
      return one(
          "engine at " + name,
          {.program = options_.engine, .own_arguments = {}, .settings = options_.settings, .load = load},
          engine);
    };
    LoadPlan floors_load = load;
    floors_load.sample_every = 0;  // which knows no Prefer
    const auto run_floor = [&] {
      return one("floor at " + name, floor_run(floors_load, floors_own, true), floor);
    };
    return is_engine_first ? run_engine() && run_floor() : run_floor() && run_engine();
  }

  bool latency(double rate, unsigned index) {
    LoadPlan plan = plan_of(usual);
    plan.rate = std::max(1.0, rate);
    plan.sample_every = 100;
    Round engine, floor;
    if (!pair(fmt::format("{:.0f} orders/s", plan.rate), plan, {"--first-ack"}, index % 2 == 0, engine,
              floor))
      return false;
    compare_latency(engine, floor, comparison_);
    return true;
  }

  bool each_leg() {
    std::deque<Round> through;
    for (const char* leg : legs) {
      const Round* const before = through.empty() ? nullptr : &through.back();
      Round& round = through.emplace_back();
      if (!one(std::string{"floor through "} + leg, floor_run(plan_of(usual), {"--through", leg}, false),
               round))
        return false;
      add_leg(comparison_, leg, round, before);
    }
    return true;
  }

  const Options& options_;
  Comparison& comparison_;
};

std::string head_of(const Options& options, const EngineFacts& engine, const MachineFacts& machine) {
  return fmt::format(
      "engine    {}\nmachine   {}, {} CPUs, {}, {}, load average {:.2f}\ncommand   {}\nload      closed "
      "loops, {} s "
      "warm-up, {} s window, {} round(s), engine and bare loop in turn; latency at half of what both take at "
      "{}\n",
      engine.version, machine.cpu_model, machine.cpu_count, machine.system, machine.kernel,
      machine.load_average, options.command, static_cast<double>(options.load.warmup_ns) / 1e9,
      static_cast<double>(options.load.window_ns) / 1e9, options.rounds, usual.name());
}

std::string json_head_of(const Options& options, const EngineFacts& engine, const MachineFacts& machine,
                         bool is_result) {
  return fmt::format(
      "  \"result\": {},\n  \"command\": {},\n  \"engine\": {},\n  \"machine\": {{\"cpu\": {}, \"cpus\": {}, "
      "\"system\": {}, \"kernel\": {}, \"load_average\": {:.2f}}},\n",
      is_result, in_quotes(options.command), in_quotes(engine.version), in_quotes(machine.cpu_model),
      machine.cpu_count, in_quotes(machine.system), in_quotes(machine.kernel), machine.load_average);
}

}  // namespace

int run_against_floor(const Options& options) {
  const MachineFacts machine = machine_facts();
  const EngineFacts engine = engine_facts(options.engine, {"--dev"});
  Comparison comparison;
  Rounds rounds{options, comparison};
  for (unsigned index = 0; index < options.rounds; ++index)
    if (!rounds.run(index)) break;
  fmt::print("{}{}", head_of(options, engine, machine), render_text(comparison));
  if (engine.is_debug) fmt::print("NO RESULT this is no release build\n");
  if (!options.json.empty()) {
    const bool is_result = comparison.problems.empty() && !engine.is_debug;
    std::ofstream{options.json} << "{\n"
                                << json_head_of(options, engine, machine, is_result)
                                << render_json(comparison) << "\n}\n";
  }
  return comparison.problems.empty() ? 0 : 1;
}

}  // namespace bench
