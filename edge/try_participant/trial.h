// `engine --try-participant`: a participant held against what the contract says it must do, by calls that a
// network and a restarted engine will make one day: twice, at once, late, forged.
//
// It makes calls as the engine does, with orders of its own, and undoes each in the end. Until then a charge is
// a real one: a payment service should be one that talks to a test account.
//
// Thread: main's; blocks. Bounds: each answer is waited for at most the settings' timeout.
#pragma once

#include <string>
#include <vector>

#include "edge/participants/settings.h"
#include "edge/try_participant/sample.h"

namespace try_participant {

struct Finding {
  std::string what;  // it must do
  bool holds = false;
  std::string seen;  // what it answered, or what is wrong with that
};

/// Everything that is tried, in the order it was.
std::vector<Finding> run(const participants::Settings& settings, const HandlerTurns& handler,
                         const std::string& order);

/// A table for a person.
std::string render(const std::vector<Finding>& findings);

}  // namespace try_participant
