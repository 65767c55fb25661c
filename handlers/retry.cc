#include "handlers/retry.h"

#include <algorithm>

#include "engine/saga/table.h"

namespace handlers {

engine::Time order_due(const RetryRules& rules, const tape::Record& record) {
  return record.order_since + rules.order_deadline;
}

engine::Time step_due(const RetryRules& rules, const tape::Record& record) {
  const engine::Time step = record.step_since + rules.deadline;
  if (!saga::may_be_given_up(record.state)) return step;
  return std::min(step, order_due(rules, record));
}

engine::Duration backoff(const RetryRules& rules, const tape::Record& record, std::uint32_t attempts) {
  const std::uint32_t doublings = std::min(attempts - 1, 30U);
  const engine::Duration full = rules.backoff > rules.backoff_max / (std::int64_t{1} << doublings)
                                    ? rules.backoff_max
                                    : rules.backoff * (std::int64_t{1} << doublings);
  saga::OrderId salted = record.order.id;
  salted.bytes[0] ^= static_cast<std::uint8_t>(attempts);
  salted.bytes[1] ^= static_cast<std::uint8_t>(record.step);
  const auto share = static_cast<std::int64_t>(saga::draw(salted) & 0xffU);
  return full - full / 512 * share;
}

std::variant<engine::Time, saga::Reason> next_attempt(const RetryRules& rules, const tape::Record& record,
                                                      std::uint32_t attempts, engine::Time now) {
  const bool forwards = saga::may_be_given_up(record.state);
  if (forwards && attempts >= rules.attempts) return saga::Reason::unavailable;
  const engine::Time end = step_due(rules, record);
  if (now >= end) return forwards ? saga::Reason::deadline : saga::Reason::unavailable;
  return std::min(now + backoff(rules, record, attempts), end);  // one last attempt at the deadline
}

}  // namespace handlers
