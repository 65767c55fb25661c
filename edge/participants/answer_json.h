// The JSON of an answer: of a 200 (strictly) and of a 202 (what is understood of it).
//
// Thread: any; one parser a thread. Bounds: answer_bytes_max (answer.h).
#pragma once

#include <string_view>

#include "edge/participants/call.h"
#include "engine/result.h"

namespace participants {

/// Whether the turn allows the type is the caller's to judge.
engine::Result<> parse_decision(std::string_view body, Decision& decision);

/// Empty as far as it does not say {"action":{"type":"redirect","url":…},"until":…}.
Waiting parse_waiting(std::string_view body);

}  // namespace participants
