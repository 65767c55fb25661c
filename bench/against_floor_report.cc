#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "bench/against_floor.h"

namespace bench {
namespace {

void add(std::vector<Measured>& to, const std::string& group, const std::string& at, double value) {
  auto found = std::find_if(to.begin(), to.end(),
                            [&](const Measured& each) { return each.group == group && each.at == at; });
  if (found == to.end()) found = to.insert(to.end(), {group, at, {group + " " + at, {}}});
  found->figure.values.push_back(value);
}

double orders_of(const Round& round) {
  return static_cast<double>(std::max<std::uint64_t>(1, round.load.accepted_in_window));
}

double per_second(const Round& round) { return orders_of(round) / std::max(1e-9, round.load.window_seconds); }

double cpu_us(const Round& round, std::string_view process) {
  for (const ProcessCost& cost : round.cost.processes)
    if (cost.name == process) return static_cast<double>(cost.cpu_ns) / 1e3 / orders_of(round);
  return 0;
}

double refused_per_accepted(const Round& round) {
  const auto accepted = std::max<std::uint64_t>(1, round.load.status_counts[202]);
  return static_cast<double>(round.load.status_counts[503]) / static_cast<double>(accepted);
}

double us(const runtime::Histogram& histogram, double share) {
  return static_cast<double>(std::max<std::uint64_t>(1, histogram.quantile(share))) / 1e3;
}

/// Of engine and floor as figures, and the one over the other as a ratio.
void add_pair(Comparison& into, const std::string& ratio, const std::string& figure, const std::string& at,
              double engine, double floor) {
  add(into.figures, "engine_" + figure, at, engine);
  add(into.figures, "floor_" + figure, at, floor);
  if (floor > 0) add(into.ratios, ratio, at, engine / floor);
}

std::string json_of(const std::vector<Measured>& all) {
  std::vector<std::string> groups;
  for (const Measured& each : all)
    if (std::find(groups.begin(), groups.end(), each.group) == groups.end()) groups.push_back(each.group);
  std::string text;
  for (const std::string& group : groups) {
    text += fmt::format("{}    \"{}\": {{", text.empty() ? "" : "},\n", group);
    std::string_view before;
    for (const Measured& each : all) {
      if (each.group != group) continue;
      const Figure& figure = each.figure;
      fmt::format_to(std::back_inserter(text),
                     "{}\n      \"{}\": {{\"median\": {:.3f}, \"min\": {:.3f}, \"max\": {:.3f}, \"rounds\": "
                     "[{:.3f}]}}",
                     before, each.at, figure.median(), figure.min(), figure.max(),
                     fmt::join(figure.values, ", "));
      before = ",";
    }
  }
  return text + "}\n";
}

void put_table(std::string& text, std::string_view title, const std::vector<Measured>& all) {
  fmt::format_to(std::back_inserter(text), "\n{:<58}{:>10}{:>10}{:>10}\n", title, "median", "min", "max");
  for (const Measured& each : all)
    fmt::format_to(std::back_inserter(text), "{:<32}{:<26}{:>10.2f}{:>10.2f}{:>10.2f}\n", each.group, each.at,
                   each.figure.median(), each.figure.min(), each.figure.max());
}

}  // namespace

void compare(const std::string& at, const Round& engine, const Round& floor, Comparison& into) {
  add_pair(into, "cpu", "cpu_us_per_order", at, cpu_us(engine, "engine"), cpu_us(floor, "engine"));
  add_pair(into, "redis_cpu", "redis_cpu_us_per_order", at, cpu_us(engine, "redis"), cpu_us(floor, "redis"));
  add_pair(into, "orders", "orders_per_s", at, per_second(engine), per_second(floor));
  add(into.figures, "engine_503_per_202", at, refused_per_accepted(engine));
}

void compare_latency(const Round& engine, const Round& floor, Comparison& into) {
  const runtime::Histogram& accepted = engine.load.to_accepted;
  add_pair(into, "latency", "accepted_us", "p50", us(accepted, 0.5), us(floor.load.to_accepted, 0.5));
  add_pair(into, "latency", "accepted_us", "p99", us(accepted, 0.99), us(floor.load.to_accepted, 0.99));
  if (engine.load.to_completed.count() == 0) return;
  add(into.figures, "engine_completed_us", "p50", us(engine.load.to_completed, 0.5));
  add(into.ratios, "latency", "completed_p50_to_accepted",
      us(engine.load.to_completed, 0.5) / us(accepted, 0.5));
}

void add_leg(Comparison& into, const std::string& leg, const Round& through, const Round* before) {
  const auto beyond = [&](std::string_view process) {
    return cpu_us(through, process) - (before == nullptr ? 0 : cpu_us(*before, process));
  };
  add(into.figures, "floor_leg_cpu_us", leg, beyond("engine"));
  if (leg == "redis") add(into.figures, "floor_leg_redis_cpu_us", leg, beyond("redis"));
}

std::string render_text(const Comparison& comparison) {
  std::string text;
  put_table(text, "engine over bare loop", comparison.ratios);
  put_table(text, "made of", comparison.figures);
  for (const std::string& problem : comparison.problems) text += "FAILED    " + problem + "\n";
  return text;
}

std::string render_json(const Comparison& comparison) {
  return "  \"ratio\": {\n" + json_of(comparison.ratios) + "  },\n  \"figures\": {\n" +
         json_of(comparison.figures) + "  }";
}

}  // namespace bench
