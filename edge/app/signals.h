// The signals that tell the process to stop. Thread: main's, which has blocked them in all threads.
#pragma once

#include <chrono>

namespace edge {

/// Whether SIGTERM, SIGINT or SIGHUP (its terminal is gone) came within `wait`; each that came is told once.
bool told_to_stop(std::chrono::milliseconds wait);

}  // namespace edge
