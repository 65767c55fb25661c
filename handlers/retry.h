// When a step is tried again, and when it is given up. Pure: the same order, attempt and time, the same
// answer.
#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "engine/saga/event.h"
#include "engine/tape/record.h"
#include "engine/time.h"

namespace handlers {

/// Of one handler. Forwards, attempts and deadlines bound a step; an undo or a
/// capture is tried until its deadline.
struct RetryRules {
  std::uint64_t attempts = 9;
  engine::Duration backoff = std::chrono::milliseconds{100};
  engine::Duration backoff_max = std::chrono::seconds{10};
  engine::Duration deadline = std::chrono::minutes{10};  // of a step, since the event before it
  engine::Duration order_deadline =
      std::chrono::hours{24};  // of all steps forwards, since the order was placed
  bool operator==(const RetryRules&) const = default;
};

/// Of each handler; only those that may keep an order waiting look at theirs (saga::may_keep_waiting).
class RetryRulesByHandler {
 public:
  RetryRules& of(saga::HandlerId handler) { return rules_[static_cast<std::size_t>(handler)]; }
  const RetryRules& of(saga::HandlerId handler) const { return rules_[static_cast<std::size_t>(handler)]; }

 private:
  std::array<RetryRules, saga::handlers> rules_;
};

/// Doubles from `backoff` to `backoff_max`, less up to half of it: orders that failed together do not come
/// back together. The share follows from the order, the step and the attempt.
engine::Duration backoff(const RetryRules& rules, const tape::Record& record, std::uint32_t attempts);

/// The time by which an order that goes forwards must have been shipped.
engine::Time order_due(const RetryRules& rules, const tape::Record& record);

/// The time by which the present step must have succeeded.
engine::Time step_due(const RetryRules& rules, const tape::Record& record);

/// After `attempts` that came to nothing: when to try again, or why not.
std::variant<engine::Time, saga::Reason> next_attempt(const RetryRules& rules, const tape::Record& record,
                                                      std::uint32_t attempts, engine::Time now);

}  // namespace handlers
