#include "bench/figures.h"

#include <algorithm>

#include "bench/facts.h"
#include "tests/catch.h"

namespace {

double median_of(const std::vector<bench::Figure>& figures, const std::string& name) {
  const auto found =
      std::find_if(figures.begin(), figures.end(), [&](const auto& each) { return each.name == name; });
  REQUIRE(found != figures.end());
  return found->median();
}

}  // namespace

TEST_CASE("a figure is judged by the median of its rounds") {
  const bench::Figure odd{"odd", {9, 1, 5}};
  REQUIRE(odd.median() == 5);
  REQUIRE(odd.min() == 1);
  REQUIRE(odd.max() == 9);
  REQUIRE(bench::Figure{"even", {4, 1, 2, 9}}.median() == 3);
}

TEST_CASE("rates, costs and ratios come from the measured window") {
  std::deque<bench::Round> rounds;
  bench::Round& round = rounds.emplace_back();
  round.load.accepted_in_window = 1000;
  round.load.window_seconds = 2;
  round.completion = {
      .begin_wall_ns = 0, .end_wall_ns = 2'000'000'000, .completed = 900, .last_wall_ns = 2'000'000'000};
  round.cost.processes = {{.name = "engine", .pid = 1, .cpu_ns = 5'000'000, .kernel_ns = 2'000'000}};
  round.cost.threads = {{.name = "journal", .cpu_ns = 3'000'000}};
  round.load.to_accepted.record(30'000);
  round.baseline_ack.record(20'000);
  const auto figures = bench::figures_of(rounds);
  REQUIRE(median_of(figures, "accepted_per_s") == Approx(500));
  REQUIRE(median_of(figures, "completed_per_s") == Approx(450));
  REQUIRE(median_of(figures, "engine_cpu_us_per_order") == Approx(5));
  REQUIRE(median_of(figures, "engine_thread_journal_cpu_us_per_order") == Approx(3));
  REQUIRE(median_of(figures, "accepted_us_max") == Approx(30));
  REQUIRE(median_of(figures, "accepted_to_baseline_p50") == Approx(1.5).epsilon(0.05));
}

TEST_CASE("counted orders are completed at the rate of the last one") {
  std::deque<bench::Round> rounds;
  rounds.emplace_back().completion = {
      .begin_wall_ns = 0, .end_wall_ns = INT64_MAX, .completed = 200, .last_wall_ns = 500'000'000};
  REQUIRE(median_of(bench::figures_of(rounds), "completed_per_s") == Approx(400));
}

TEST_CASE("times are read as the engine writes them") {
  REQUIRE(bench::parse_time("1970-01-02T00:00:01.000001Z") == 86'401'000'001'000);
  REQUIRE(bench::parse_time("2026-01-02T03:04:05.123456Z") == 1'767'323'045'123'456'000);
  REQUIRE(!bench::parse_time("2026-01-02T03:04:05Z"));
  REQUIRE(!bench::parse_time("2026-01-02T03:04:05.12345xZ"));
}

TEST_CASE("a setting is found in what the engine prints") {
  const std::string printed =
      "[kafka]\nlinger = \"0.5ms\"\n\n[mail]\nurl = \"discard:\"  # --set\nconnections = 2  # default\n";
  REQUIRE(bench::setting_of(printed, "mail", "url") == "discard:");
  REQUIRE(bench::setting_of(printed, "mail", "connections") == "2");
  REQUIRE(bench::setting_of(printed, "kafka", "linger") == "0.5ms");
  REQUIRE(!bench::setting_of(printed, "redis", "url"));
  REQUIRE(bench::setting_of("mail.url = \"dir:out\"\n", "mail", "url") == "dir:out");
}
