// Redis and the log as a start asks them (redis::Start, kafka::StartLog). Each question
// blocks: while it is on its way, anything else may happen in the world.
//
// Thread: the fiber's.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/codec/heading.h"
#include "engine/start_ports.h"
#include "tests/sim/faults.h"
#include "tests/sim/fiber.h"
#include "tests/sim/partition.h"
#include "tests/sim/redis.h"

namespace sim {

class StartRedis final : public engine::StartStore {
 public:
  StartRedis(Redis& redis, Fiber& fiber) : redis_(redis), fiber_(fiber) {}

  std::optional<Loaded> load() override;
  Fenced set_fence(const Fence& fence) override;
  Fenced reset(std::int64_t epoch) override;
  std::optional<Stock> load_stock() override;
  /// The documents are asked for one by one, so that everything may change in between.
  bool load_live(const TakeLive& take) override;
  bool load_documents(std::span<const std::string_view> ids, const TakeLive& take) override;
  bool load_recent(std::size_t count, engine::Duration patience, const TakeLive& take) override;
  std::optional<engine::Store::Applied> write(const engine::Store::Batch& batch,
                                              engine::Duration keep) override;
  const std::string& error() const override { return error_; }

 private:
  Redis& redis_;
  Fiber& fiber_;
  const std::string error_;  // Redis always answers
};

class StartTail final : public engine::LogTail {
 public:
  /// `unknown`: the kind of event that this version of the engine does not know; empty: none.
  StartTail(const Partition& partition, Fiber& fiber, const engine::LogBegin& begin,
            std::string_view unknown);

  engine::Result<engine::Setback> find() override;
  engine::ReadStatus next(engine::Duration wait, engine::LogRecord& out, tape::Reading& reading) override;
  const std::string& opening() const override { return rule_.opening(); }
  std::string last_error() const override { return {}; }

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

class StartLog final : public engine::StartLog {
 public:
  StartLog(Partition& partition, Faults& faults, Fiber& fiber, std::string name, std::string type_prefix,
           std::string_view unknown)
      : partition_(partition),
        faults_(faults),
        fiber_(fiber),
        name_(std::move(name)),
        type_prefix_(std::move(type_prefix)),
        unknown_(unknown) {}

  /// It may be written twice: a retry of the producer's.
  Opening open(const Request& request) override;
  std::unique_ptr<engine::LogTail> tail(const engine::LogBegin& begin) override {
    return std::make_unique<StartTail>(partition_, fiber_, begin, unknown_);
  }

 private:
  Partition& partition_;
  Faults& faults_;
  Fiber& fiber_;
  const std::string name_, type_prefix_;
  const std::string_view unknown_;
};

}  // namespace sim
