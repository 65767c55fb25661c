#include "engine/runtime/metrics.h"

#include <sstream>
#include <vector>

#include "tests/catch.h"

namespace {

/// The bound and the count of each bucket, as Prometheus reads them.
std::vector<std::pair<double, std::uint64_t>> buckets(const std::string& text) {
  std::vector<std::pair<double, std::uint64_t>> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find("le=\"");
    if (at == std::string::npos || line.find("+Inf") != std::string::npos) continue;
    found.emplace_back(std::stod(line.substr(at + 4)), std::stoull(line.substr(line.rfind(' '))));
  }
  return found;
}

}  // namespace

TEST_CASE("a name is told once, with all that have it, whoever adds them when") {
  runtime::Counter counter;
  runtime::Metrics metrics;
  for (const std::string who : {"a", "b"}) {
    metrics.add("one", "who=\"" + who + "\"", "help", counter);
    metrics.add("two", "who=\"" + who + "\"", "help", counter);
  }
  REQUIRE(metrics.render() ==
          "# HELP one help\n# TYPE one counter\none{who=\"a\"} 0\none{who=\"b\"} 0\n"
          "# HELP two help\n# TYPE two counter\ntwo{who=\"a\"} 0\ntwo{who=\"b\"} 0\n");
}

TEST_CASE("what is twice as long lies in another bucket, from 40 us to a minute, and none is lost") {
  for (double seconds = 40e-6; seconds < 30; seconds *= 1.7) {
    runtime::Histogram histogram;
    runtime::Metrics metrics;
    metrics.add("h", "a=\"b\"", "help", histogram);
    histogram.record(static_cast<std::uint64_t>(seconds * 1e9));
    histogram.record(static_cast<std::uint64_t>(seconds * 2e9));
    const auto found = buckets(metrics.render());
    REQUIRE(found.size() == 43);
    double lower = 0, upper = 0, before = 0;
    for (const auto& [bound, count] : found) {
      REQUIRE(bound > before);
      if (before > 0) REQUIRE(bound < before * 1.51);
      before = bound;
      if (count >= 1 && lower == 0) lower = bound;
      if (count >= 2 && upper == 0) upper = bound;
    }
    INFO(seconds);
    REQUIRE(lower >= seconds);
    REQUIRE(lower < seconds * 1.51);
    REQUIRE(upper >= 2 * seconds);
    REQUIRE(upper < 2 * seconds * 1.51);
    REQUIRE(metrics.render().find("h_bucket{a=\"b\",le=\"+Inf\"} 2\n") != std::string::npos);
    REQUIRE(metrics.render().find("h_count{a=\"b\"} 2\n") != std::string::npos);
  }
}
