// Redis and the log as a start asks them (redis::Start, kafka::Tail), for recovery::Replay. Each question
// blocks: while it is on its way, anything else may happen in the world.
//
// Thread: the fiber's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/codec/heading.h"
#include "engine/ports.h"
#include "engine/tape/reader_rule.h"
#include "tests/sim/fiber.h"
#include "tests/sim/partition.h"
#include "tests/sim/redis.h"

namespace sim {

class StartRedis {
 public:
  StartRedis(Redis& redis, Fiber& fiber) : redis_(redis), fiber_(fiber) {}

  struct Loaded {
    engine::Store::Checkpoint checkpoint;
    std::string opening;
    std::int64_t fence = -1;
    std::optional<saga::Contents> contents;
    std::string fingerprint;
  };
  std::optional<Loaded> load();

  struct Fence {
    std::int64_t epoch = -1;
    std::string_view engine;
  };
  enum class Fenced : std::uint8_t { set, newer, failed };
  Fenced set_fence(const Fence& fence);
  Fenced reset(std::int64_t epoch);

  std::optional<std::vector<std::pair<std::string, std::int64_t>>> load_stock();
  template <class Take>
  bool load_live(const Take& take);
  std::optional<engine::Store::Applied> write(const engine::Store::Batch& batch, engine::Duration keep);

  std::string error() const { return {}; }  // Redis always answers

 private:
  Redis& redis_;
  Fiber& fiber_;
};

/// The documents are asked for one by one, so that everything may change in between.
template <class Take>
bool StartRedis::load_live(const Take& take) {
  fiber_.wait();
  const std::set<saga::OrderId> ids = redis_.live;
  for (const saga::OrderId& id : ids) {
    fiber_.wait();
    const auto document = redis_.orders.find(id);
    const bool there = document != redis_.orders.end();
    if (!take(id.str(), there ? std::optional<std::string_view>{document->second} : std::nullopt))
      return false;
  }
  return true;
}

class StartTail {
 public:
  struct Begin {
    engine::Store::Checkpoint checkpoint{};
    std::string opening_id{};
  };
  struct Record {
    tape::Heading heading;
    std::string_view key, value;
    std::span<const engine::Log::Header> headers;
  };
  enum class ReadStatus : std::uint8_t { record, end, nothing, no_offset };
  enum class Outcome : std::uint8_t { good, unreachable, wrong_topic };
  struct Judged {
    Outcome outcome = Outcome::good;
    std::string text{};
  };

  /// `unknown`: the kind of event that this version of the engine does not know; empty: none.
  StartTail(const Partition& partition, Fiber& fiber, const Begin& begin, std::string_view unknown);

  Judged find(std::chrono::steady_clock::time_point deadline);
  ReadStatus next(engine::Duration wait, Record& out, tape::Reading& reading);
  const tape::ReaderRule& rule() const { return rule_; }
  std::string last_error() const { return {}; }

 private:
  const Partition& partition_;
  Fiber& fiber_;
  const std::string_view unknown_;
  std::string renamed_;  // a record with its kind, as a newer version would have named one
  const engine::Store::Checkpoint checkpoint_;
  tape::Offset next_;
  tape::ReaderRule rule_;
  codec::HeadingParser headings_;
};

}  // namespace sim
