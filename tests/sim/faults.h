// What can go wrong around the engine, by kind. A seed turns most kinds off and gives the others a rate of
// their own, so that some worlds know one fault only, and that often ("swarm testing", Groce et al., 2012).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tests/sim/random.h"

namespace sim {

enum class Fault : std::uint8_t {
  reports_shuffled,
  report_placeless,
  stranger_text,
  stranger_request,
  zombie_record,
  opening_copied,
  opening_of_nothing,
  offset_unoccupied,
  record_doubled,
  log_stalled,
  log_queue_full,
  read_back_cut_short,
  log_trimmed,
  redis_reply_lost,
  redis_batch_lost,
  redis_error,
  redis_stalled,
  mail_transient,
  mail_refused,
  mail_unknown,
  mail_away,
  mail_later,
  mail_stalled,
  provider_away,
  participant_slow,
  call_unreached,
  call_silent,
  call_not_now,
  call_twice,
  answer_lost,
  answer_nonsense,
  answer_later,
  answer_never,
  request_late,
  request_twice,
  request_broken,
  request_misplaced,
  request_foreign,
  worker_frozen,
  clock_jump,
  wall_set,
  opening_lost,
  producer_died,
  engine_killed,
  engine_frozen,
  engine_stopped,
  engine_stopped_twice,
  engine_started_beside,
  other_prefix_started,
  older_version_started,
  redis_set_back,
  redis_wiped,
  // A part of Redis is lost alone, in the order of Part.
  redis_live_set_lost,
  redis_live_member_lost,
  redis_stock_lost,
  redis_sku_lost,
  redis_document_lost,
  redis_checkpoint_lost,
  redis_recent_lost,
  redis_recent_member_lost,
};
inline constexpr std::array fault_names{
    "reports shuffled",
    "report without offset",
    "stranger's text",
    "stranger's request",
    "zombie's record",
    "opening copied",
    "opening of nothing",
    "offset unoccupied",
    "record doubled",
    "log stalled",
    "log's queue full",
    "read-back cut short",
    "log trimmed",
    "Redis' reply lost",
    "Redis' batch lost",
    "Redis' passing error",
    "Redis stalled",
    "mail transient",
    "mail refused",
    "mail's outcome unknown",
    "mail server away",
    "mail promised",
    "mail stalled",
    "provider away",
    "participant slow",
    "call never reached",
    "call without an answer",
    "call at a bad time",
    "call doubled",
    "answer lost",
    "answer without sense",
    "answer promised",
    "promise never kept",
    "request late",
    "request doubled",
    "request broken",
    "request misplaced",
    "request of a stranger",
    "worker frozen",
    "clock jumped",
    "wall clock set",
    "opening lost",
    "producer died",
    "engine killed",
    "engine frozen",
    "engine stopped",
    "engine stopped twice",
    "engine started beside",
    "other prefix started",
    "older version started",
    "Redis set back",
    "Redis wiped",
    "Redis' live set lost",
    "Redis' live member lost",
    "Redis' stock lost",
    "Redis' sku lost",
    "Redis' document lost",
    "Redis' checkpoint lost",
    "Redis' list of the finished lost",
    "Redis' list of the finished cut",
};
inline constexpr std::size_t fault_kinds = fault_names.size();
inline constexpr auto first_of_participants = static_cast<std::size_t>(Fault::participant_slow);
inline constexpr auto last_of_participants = static_cast<std::size_t>(Fault::request_foreign);

class Faults {
 public:
  explicit Faults(Random& random) : random_(random) {}

  /// Draws which kinds there are in this world, and how often.
  void choose() {
    for (double& rate : rates_) rate = random_.one_of({0.0, 0.0, 0.01, 0.05, 0.3});
    // An order makes a handful of calls, so these have fewer chances than the others.
    for (auto kind = first_of_participants; kind <= last_of_participants; ++kind)
      rates_[kind] = random_.one_of({0.0, 0.0, 0.05, 0.3, 0.6});
  }
  void stop() { rates_ = {}; }

  bool strikes(Fault kind) {
    const auto index = static_cast<std::size_t>(kind);
    if (rates_[index] == 0 || !random_.chance(rates_[index])) return false;
    ++counts_[index];
    return true;
  }
  const std::array<std::uint64_t, fault_kinds>& counts() const { return counts_; }

 private:
  Random& random_;
  std::array<double, fault_kinds> rates_{};
  std::array<std::uint64_t, fault_kinds> counts_{};
};

}  // namespace sim
