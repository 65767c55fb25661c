// What one setting alone cannot tell: settings that must fit each other.
//
// Thread: any; pure. Each finding names the key that is best changed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edge/config/config.h"

namespace edge {

struct Finding {
  std::string_view key;
  std::string what;
  std::string_view beside = {};   // the other one; if that could not be read, this finding may be wrong
  std::string below = {};         // of a table: which of its names is meant
  std::string_view because = {};  // the one that calls for it: its place is told where `key` is not written
  std::string_view beside_too = {};  // another one that it may be wrong without
};

std::vector<Finding> cross_check(const Config& config, bool dev);

}  // namespace edge
