// `engine --verify`: topic and Redis of a configuration held against each other (edge/verify). Thread:
// main's.
#pragma once

#include "edge/config/config.h"
#include "edge/exit_code.h"
#include "edge/log.h"

namespace edge {

/// Prints what it has found; no finding is exit code 0.
ExitCode verify_topic(const Config& config, Log& log);

}  // namespace edge
