#include "engine/tape/calls_ended.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "engine/limits.h"

namespace tape {

struct CallsEnded::Kept {
  mutable std::mutex mutex;
  std::vector<CallEnded> calls;  // under mutex
};

CallsEnded::~CallsEnded() {
  delete kept_.load(std::memory_order_relaxed);
}  // nobody else has the order any more

void CallsEnded::note(CallEnded call) {
  call.answer.resize(std::min(call.answer.size(), engine::limits::call_answer_bytes));  // it is ASCII
  Kept* kept =
      kept_.load(std::memory_order_acquire);  // pairs with the release of whoever held the token before
  if (kept == nullptr) {
    kept = new Kept;
    kept_.store(kept, std::memory_order_release);  // pairs with the acquires here
  }
  const std::lock_guard lock(kept->mutex);
  const auto same = std::find_if(kept->calls.begin(), kept->calls.end(),
                                 [&call](const CallEnded& one) { return one.turn == call.turn; });
  if (same == kept->calls.end()) {
    kept->calls.push_back(std::move(call));
  } else {
    *same = std::move(call);
  }
}

std::vector<CallEnded> CallsEnded::all() const {
  const Kept* const kept = kept_.load(std::memory_order_acquire);
  if (kept == nullptr) return {};
  const std::lock_guard lock(kept->mutex);
  return kept->calls;
}

}  // namespace tape
