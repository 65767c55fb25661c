#include "edge/participants/counters.h"

#include <algorithm>

namespace participants {
namespace {

constexpr std::array<std::string_view, verdicts> verdict_names{"decided", "later", "not_now", "ours_to_mend",
                                                               "not_this_time"};
constexpr std::array<std::string_view, 3> reach_names{"never_reached", "sent", "answered"};

}  // namespace

void Counters::count(const Outcome& outcome, engine::Duration took) {
  verdicts_[static_cast<std::size_t>(outcome.verdict)].add();
  reaches_[static_cast<std::size_t>(outcome.reach)].add();
  latency_ns_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)));
  if (outcome.verdict != Verdict::ours_to_mend) return;
  const auto found = std::find(told_apart.begin(), told_apart.begin() + others, outcome.status);
  to_mend_[static_cast<std::size_t>(found - told_apart.begin())].add();
}

void Counters::add_to(runtime::Metrics& metrics, const std::string& participant) const {
  const std::string label = "participant=\"" + participant + "\"";
  const auto with = [&label](std::string_view name, std::string_view value) {
    return label + "," + std::string(name) + "=\"" + std::string(value) + "\"";
  };
  for (std::size_t i = 0; i < verdicts; ++i)
    metrics.add("saga_participant_calls_total", with("outcome", verdict_names[i]),
                "Calls, by what came of them.", verdicts_[i]);
  for (std::size_t i = 0; i < reaches_.size(); ++i)
    metrics.add("saga_participant_reach_total", with("reach", reach_names[i]), "Calls, by how far they got.",
                reaches_[i]);
  for (std::size_t i = 0; i < told_apart.size(); ++i)
    metrics.add("saga_participant_to_mend_total",
                with("status", i == others ? "other" : std::to_string(told_apart[i])),
                "Answers that only a person can mend, by status.", to_mend_[i]);
  metrics.add("saga_participant_seconds", label, "Time of a call.", latency_ns_);
}

}  // namespace participants
