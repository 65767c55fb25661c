// A process from its start to its stop, with one load in between: what a comparison is made of.
// Thread: main.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/figures.h"

namespace bench {

struct OneRun {
  std::string program;
  std::vector<std::string> own_arguments;  // beside those that every engine gets
  std::vector<std::string> settings;
  LoadPlan load;
  bool is_verified = true;  // that every accepted order completed
};

// What went wrong, when it did.
std::optional<std::string> run_once(const OneRun& plan, Round& round);

}  // namespace bench
