#include "bench/figures.h"

#include <algorithm>

namespace bench {
namespace {

class Collector {
 public:
  void add(const std::string& name, double value) {
    auto found =
        std::find_if(figures_.begin(), figures_.end(), [&](const Figure& each) { return each.name == name; });
    if (found == figures_.end()) found = figures_.insert(found, {name, {}});
    found->values.push_back(value);
  }

  void add(const std::string& name, const runtime::Histogram& histogram) {
    if (histogram.count() == 0) return;
    add(name + "_us_p50", us(histogram.quantile(0.5)));
    add(name + "_us_p99", us(histogram.quantile(0.99)));
    add(name + "_us_p99.9", us(histogram.quantile(0.999)));
    add(name + "_us_max", us(histogram.max()));
  }

  std::vector<Figure> take() { return std::move(figures_); }
  static double us(std::uint64_t ns) { return static_cast<double>(ns) / 1e3; }

 private:
  std::vector<Figure> figures_;
};

double completed_per_s(const CompletionWindow& window) {
  const std::int64_t end_ns =
      std::min(window.end_wall_ns, std::max(window.last_wall_ns, window.begin_wall_ns + 1));
  return static_cast<double>(window.completed) * 1e9 / static_cast<double>(end_ns - window.begin_wall_ns);
}

void add_ratio(Collector& to, const Round& round, double share, const std::string& name) {
  const auto baseline = round.baseline_ack.quantile(share);
  if (baseline == 0) return;
  to.add(name, static_cast<double>(round.load.to_accepted.quantile(share)) / static_cast<double>(baseline));
}

}  // namespace

double Figure::median() const {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double Figure::min() const { return *std::min_element(values.begin(), values.end()); }
double Figure::max() const { return *std::max_element(values.begin(), values.end()); }

std::vector<Figure> figures_of(const std::deque<Round>& rounds) {
  Collector figures;
  for (const Round& round : rounds) {
    const auto orders = static_cast<double>(std::max<std::uint64_t>(1, round.load.accepted_in_window));
    figures.add("accepted_per_s", orders / std::max(1e-9, round.load.window_seconds));
    figures.add("completed_per_s", completed_per_s(round.completion));
    figures.add("accepted", round.load.to_accepted);
    figures.add("completed", round.load.to_completed);
    if (round.load.to_written.max() > 0) figures.add("generator_late", round.load.to_written);  // open loop
    figures.add("baseline_ack", round.baseline_ack);
    add_ratio(figures, round, 0.5, "accepted_to_baseline_p50");
    add_ratio(figures, round, 0.99, "accepted_to_baseline_p99");
    for (const ProcessCost& process : round.cost.processes) {
      figures.add(process.name + "_cpu_us_per_order", static_cast<double>(process.cpu_ns) / 1e3 / orders);
      // The kernel's share is counted in ticks of 10 ms: of less than a second they say nothing.
      if (process.cpu_ns < second_ns) continue;
      figures.add(process.name + "_kernel_us_per_order",
                  static_cast<double>(process.kernel_ns) / 1e3 / orders);
    }
    for (const ThreadCost& thread : round.cost.threads)
      figures.add("engine_thread_" + thread.name + "_cpu_us_per_order",
                  static_cast<double>(thread.cpu_ns) / 1e3 / orders);
    if (round.cost.memory.resident_kib == 0) continue;
    figures.add("engine_resident_mib", static_cast<double>(round.cost.memory.resident_kib) / 1024);
    figures.add("engine_resident_peak_mib", static_cast<double>(round.cost.memory.resident_peak_kib) / 1024);
  }
  return figures.take();
}

}  // namespace bench
