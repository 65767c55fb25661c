// Asks each box whether it takes its settings, with the very check that it makes at its own start: so what
// `--check-config` passes, the start takes, and what the start would refuse is found with line and column.
//
// Thread: main, at start. Connects to nothing; looks at the files, folders and CPUs of this machine.
#pragma once

#include <string>
#include <vector>

#include "edge/config/check.h"

namespace edge {

/// `data`: the folder of --dev, or empty.
std::vector<Finding> ask_boxes(const Config& config, const std::string& data);

}  // namespace edge
