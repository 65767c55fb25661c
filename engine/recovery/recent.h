// The finished orders that Redis lists, so that an engine goes on showing what the one before it showed. A
// convenience: what is gone, cannot be read or does not come in time makes a shorter list, never a start that
// fails.
//
// Thread: the caller's, which it blocks. Bounds: as many orders and bytes of documents as are kept in memory;
// nothing more is asked behind `patience`.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "engine/limits.h"
#include "engine/orders/orders.h"
#include "engine/start_ports.h"

namespace recovery {

struct Recent {
  std::vector<orders::Finished> oldest_first{};
  std::string cut{};  // why not all of them are there; empty: they are
};

struct RecentBounds {
  std::size_t orders = engine::limits::finished_kept;
  std::size_t bytes = engine::limits::finished_bytes;
  engine::Duration patience = std::chrono::seconds{5};
};

/// Behind the fence, when Redis has come up to the log. What a newer engine writes meanwhile is among them: it
/// is to be asked afterwards whether Redis has changed.
Recent load_recent(engine::StartStore& redis, const RecentBounds& bounds = {});

}  // namespace recovery
