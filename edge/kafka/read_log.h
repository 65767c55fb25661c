// Reads the topic for a question of the journal's (engine/journal/read_back_rule.h).
//
// Thread: the caller's.
#pragma once

#include <atomic>

#include "edge/kafka/settings.h"
#include "engine/journal/read_back_rule.h"

namespace kafka {

/// Feeds `rule` from the topic until it knows enough, the records end where they may, or it takes too long.
/// Blocks, for about ten seconds at most; `stopping` is noticed within a tenth of one, or a whole one
/// when the topic does not have the offset.
void read_log(const Settings& settings, tape::Offset from, journal::ReadBackRule& rule,
              const std::atomic<bool>& stopping);

}  // namespace kafka
