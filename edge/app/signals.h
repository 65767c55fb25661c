// The signals that tell the process to stop: SIGTERM, SIGINT and SIGHUP (its terminal is gone). Thread: main's.
#pragma once

#include <chrono>

namespace edge {

/// In every thread that is started from now on, too: they wait until main fetches them.
void block_signals();
/// Whether one came within `wait`; each that came is told once. They are blocked.
bool told_to_stop(std::chrono::milliseconds wait);

}  // namespace edge
