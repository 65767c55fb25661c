// How the process ends, as sysexits.h and the contract have it, and why a start goes no further.
#pragma once

#include <optional>
#include <string>

namespace edge {

enum class ExitCode : int {
  drained = 0,
  failure = 1,
  usage = 2,
  do_not_belong_together = 65,  // topic and Redis
  service_missing = 69,         // a needed one was not there in time
  replaced = 75,                // by a newer engine
  bad_configuration = 78,
};

/// Why a start went no further.
struct Refusal {
  ExitCode code;
  std::string text;
  bool again = false;  // to be begun once more: nothing is wrong for good
};
using Started = std::optional<Refusal>;  // nothing: go on

}  // namespace edge
