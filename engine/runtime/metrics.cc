#include "engine/runtime/metrics.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace runtime {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

std::string braces(const std::string& labels, const std::string& more = "") {
  if (labels.empty() && more.empty()) return "";
  return "{" + labels + (labels.empty() || more.empty() ? "" : ",") + more + "}";
}

void render_histogram(std::string& out, const std::string& name, const std::string& labels,
                      const Histogram& histogram) {
  std::uint64_t last = 0;
  for (unsigned bit = 14; bit <= 36; bit += 2) {  // 16 us to 69 s, one bucket each factor of four
    const std::uint64_t bound = (std::uint64_t{1} << bit) - 1;
    last = histogram.count_up_to(bound);
    out += name + "_bucket" + braces(labels, "le=\"" + number(static_cast<double>(bound) / 1e9) + "\"") +
           " " + std::to_string(last) + "\n";
  }
  const std::uint64_t count = std::max(histogram.count(), last);
  out += name + "_bucket" + braces(labels, "le=\"+Inf\"") + " " + std::to_string(count) + "\n";
  out += name + "_sum" + braces(labels) + " " + number(static_cast<double>(histogram.sum()) / 1e9) + "\n";
  out += name + "_count" + braces(labels) + " " + std::to_string(count) + "\n";
}

}  // namespace

void Metrics::add(std::string name, std::string labels, std::string help, const Counter& counter) {
  entries_.push_back({std::move(name), std::move(labels), std::move(help), &counter, nullptr, {}});
}

void Metrics::add(std::string name, std::string labels, std::string help, const Histogram& nanoseconds) {
  entries_.push_back({std::move(name), std::move(labels), std::move(help), nullptr, &nanoseconds, {}});
}

void Metrics::add_gauge(std::string name, std::string labels, std::string help,
                        std::function<double()> read) {
  entries_.push_back(
      {std::move(name), std::move(labels), std::move(help), nullptr, nullptr, std::move(read)});
}

std::string Metrics::render() const {
  std::string out;
  std::string last;
  for (const Entry& entry : entries_) {
    if (entry.name != last) {  // entries of one name are added together
      const char* type = entry.counter != nullptr     ? "counter"
                         : entry.histogram != nullptr ? "histogram"
                                                      : "gauge";
      out += "# HELP " + entry.name + " " + entry.help + "\n# TYPE " + entry.name + " " + type + "\n";
      last = entry.name;
    }
    if (entry.histogram != nullptr) {
      render_histogram(out, entry.name, entry.labels, *entry.histogram);
    } else {
      const std::string value =
          entry.counter != nullptr ? std::to_string(entry.counter->value()) : number(entry.gauge());
      out += entry.name + braces(entry.labels) + " " + value + "\n";
    }
  }
  return out;
}

}  // namespace runtime
