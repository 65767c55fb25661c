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

/// NOT WIRED YET. Empty, or that mails are to go over the topic: the start ends with 78 rather than pretend. Wiring that
/// deletes this function, its caller in main.cc and its tests.
std::string not_in_this_build(const Config& config);

}  // namespace edge
