#include "bench/against_floor.h"

#include <algorithm>

#include "tests/catch.h"

namespace {

struct Seen : bench::Round {
  Seen(std::uint64_t accepted, std::int64_t cpu_ns, std::int64_t redis_ns) {
    load.accepted_in_window = accepted;
    load.window_seconds = 1;
    load.status_counts[202] = accepted;
    cost.processes = {{.name = "engine", .pid = 1, .cpu_ns = cpu_ns, .kernel_ns = 0},
                      {.name = "redis", .pid = 2, .cpu_ns = redis_ns, .kernel_ns = 0}};
  }
};

std::vector<double> values_of(const std::vector<bench::Measured>& all, const std::string& group,
                              const std::string& at) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& each) { return each.group == group && each.at == at; });
  REQUIRE(found != all.end());
  return found->figure.values;
}

}  // namespace

TEST_CASE("engine over floor is a ratio of one round, order by order") {
  bench::Comparison comparison;
  Seen engine(1000, 30'000'000, 20'000'000);
  engine.load.status_counts[503] = 500;
  bench::compare("64x4", engine, Seen(2000, 40'000'000, 20'000'000), comparison);
  bench::compare("64x4", Seen(1000, 60'000'000, 20'000'000), Seen(1000, 40'000'000, 10'000'000), comparison);
  REQUIRE(values_of(comparison.ratios, "cpu", "64x4") == std::vector{1.5, 1.5});
  REQUIRE(values_of(comparison.ratios, "redis_cpu", "64x4") == std::vector{2.0, 2.0});
  REQUIRE(values_of(comparison.ratios, "orders", "64x4") == std::vector{0.5, 1.0});
  REQUIRE(values_of(comparison.figures, "engine_cpu_us_per_order", "64x4") == std::vector{30.0, 60.0});
  REQUIRE(values_of(comparison.figures, "engine_503_per_202", "64x4") == std::vector{0.5, 0.0});
}

TEST_CASE("a leg is what the loop through it costs beyond the loop through the one before") {
  bench::Comparison comparison;
  const Seen http(1000, 2'000'000, 0);
  bench::add_leg(comparison, "http", http, nullptr);
  bench::add_leg(comparison, "parse", Seen(1000, 2'500'000, 0), &http);
  REQUIRE(values_of(comparison.figures, "floor_leg_cpu_us", "http") == std::vector{2.0});
  REQUIRE(values_of(comparison.figures, "floor_leg_cpu_us", "parse") == std::vector{0.5});
}

TEST_CASE("a comparison as JSON has its ratios by group and load") {
  bench::Comparison comparison;
  bench::compare("64x1", Seen(1000, 30'000'000, 0), Seen(1000, 20'000'000, 0), comparison);
  const std::string json = bench::render_json(comparison);
  REQUIRE(json.find("\"ratio\": {\n    \"cpu\": {\n      \"64x1\": {\"median\": 1.500") != std::string::npos);
}
