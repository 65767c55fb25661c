// What became of the calls that this engine made for an order to those who do its work outside: of each turn the last one
// that has ended. It is for people to look at, no event's, and in this process's memory alone.
//
// Thread: note() by whoever holds the token, all() by any.
// Bounds: a call for each turn, its answer cut to limits::call_answer_bytes. Nothing is allocated for an order whose work
// is all done inside.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/saga/turn.h"
#include "engine/time.h"

namespace tape {

struct CallEnded {
  saga::Turn turn = saga::Turn::none;
  std::string key{};  // of the effect
  std::uint32_t attempts =
      0;  // so many calls this engine had made in this turn; 0: none, it was told over the topic
  std::string answer{};    // the type of the event that happened, or why it came to nothing
  std::uint32_t step = 0;  // of the order, that says so: nothing is told of it before that is acked. 0: none
  engine::Time at{};       // on the wall clock
};

class CallsEnded {
 public:
  CallsEnded() = default;
  CallsEnded(const CallsEnded&) = delete;
  CallsEnded& operator=(const CallsEnded&) = delete;
  ~CallsEnded();

  void note(CallEnded call);
  /// In the order in which the turns were called for first.
  std::vector<CallEnded> all() const;

 private:
  struct Kept;
  std::atomic<Kept*> kept_{nullptr};
};

}  // namespace tape
