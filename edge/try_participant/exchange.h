// Requests to a participant with every liberty that the engine does not take: forged signatures, old
// timestamps, a body that comes in two halves. Blocks until all are answered.
//
// Thread: main's. Bounds: participants::answer_bytes_max of an answer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "edge/participants/call.h"
#include "edge/participants/settings.h"

namespace try_participant {

struct Request {
  participants::Turn turn = participants::Turn::payment_charge;
  std::string key, body;
  std::uint32_t attempt = 1;
  std::vector<std::string> secrets{};   // signs with each; empty: no signature at all
  engine::Duration timestamp_offset{};  // from the present time
  bool hesitates = false;               // sends half of its body, and the rest when all others are answered
};

/// All at the same time; of each what the engine would make of its answer.
std::vector<participants::Outcome> exchange(const participants::Settings& settings,
                                            std::span<const Request> requests);

}  // namespace try_participant
