// How the process ends, as sysexits.h and the contract have it.
#pragma once

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

}  // namespace edge
