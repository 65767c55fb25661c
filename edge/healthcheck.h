// --healthcheck: asks an engine how it is, once, for whoever supervises a container that has neither shell nor curl.
//
// Thread: main; blocks, for `patience` at most.
#pragma once

#include <chrono>
#include <string>

#include "engine/result.h"

namespace edge {

/// Well if `url` answers with 200; an error says what it was instead.
engine::Result<> healthcheck(const std::string& url,
                             std::chrono::milliseconds patience = std::chrono::seconds{5});

}  // namespace edge
