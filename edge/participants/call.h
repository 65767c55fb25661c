// One call to a participant, and what came of it, as values.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/ports.h"
#include "engine/time.h"

namespace participants {

using engine::Call;
using saga::Turn;
using tape::Reach;

enum class Verdict : std::uint8_t {
  decided,        // 200: it happened, for good
  later,          // 202: to be asked again, or told by a callback
  not_now,        // 409, 425, 429, 503: under way there, or not now; no attempt counts
  ours_to_mend,   // any other 3xx or 4xx: nothing helps but a person
  not_this_time,  // everything else, and no answer at all: again with backoff
};
inline constexpr std::size_t verdicts = 5;

/// What a participant says happened: of a 200.
struct Decision {
  std::string type;  // the event's, one of saga::answers(turn)
  std::string reference;
  std::string reason;           // why not
  std::string tracking_number;  // of ShippingConfirmed
  std::string carrier;
  std::string data;  // a JSON object, byte for byte; empty: none
};

using Waiting = tape::SaidLater;  // of a 202

struct Outcome {
  std::uint64_t id = 0;
  Reach reach = Reach::never_reached;
  Verdict verdict = Verdict::not_this_time;
  int status = 0;  // 0: no answer
  std::optional<engine::Duration> retry_after{};
  Decision decision{};   // of Verdict::decided
  Waiting waiting{};     // of Verdict::later
  std::string detail{};  // what went wrong, on one line for the log

  /// Whether the effect may have happened without our knowing: the call that undoes it must name its key.
  bool leaves_unknown() const { return reach != Reach::never_reached && verdict != Verdict::decided; }
};

}  // namespace participants
