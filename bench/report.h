// The outcome of a run, as text for a person and as JSON for bench/results.
// Thread: main.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/facts.h"
#include "bench/figures.h"
#include "bench/options.h"

namespace bench {

struct Report {
  const Options& options;
  MachineFacts machine;
  EngineFacts engine;
  const std::deque<Round>& rounds;
  Verdict verdict;
  std::optional<int> engine_exit;  // of an engine that was started here
  std::size_t reopened_count = 0;

  // Why the run does not count as passed; empty when it does.
  std::vector<std::string> problems() const;
};

// As a JSON string.
std::string in_quotes(std::string_view text);
std::string render_text(const Report& report);
std::string render_json(const Report& report);

}  // namespace bench
