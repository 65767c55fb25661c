// What a start says about the providers that the configuration chooses.
//
// Thread: main, at start; pure.
#pragma once

#include <string>
#include <vector>

#include "edge/config/config.h"

namespace edge {

/// To be said at every start: a provider is only simulated though this is no --dev, or orders leave this
/// machine in clear.
std::vector<std::string> warnings(const Config& config, bool dev);

}  // namespace edge
