#include "edge/kafka/producer.h"

#include <sys/syslog.h>

#include <array>
#include <random>
#include <utility>

#include "engine/ensure.h"
#include "engine/saga/id.h"

namespace kafka {
namespace {

std::string new_opening_id(engine::Time shown) {
  std::random_device source;
  std::array<std::uint8_t, 10> random{};
  for (std::uint8_t& byte : random) byte = static_cast<std::uint8_t>(source());
  return saga::OrderId::v7(shown, random).str();
}

}  // namespace

Producer::Producer(const Settings& settings, runtime::Parker& journal, const runtime::WallClock& wall)
    : settings_(settings), journal_(journal), wall_(wall), job_(journal) {}

Producer::~Producer() { stop(); }

engine::Result<> Producer::start() {
  connection_ = std::make_unique<Connection>(settings_, journal_);
  return connection_->start();
}

void Producer::stop() {
  job_.stop();
  connection_.reset();
}

void Producer::opened_as(const codec::CloudEvents& events, std::string opening_id, std::string engine_id) {
  events_ = &events;
  opening_id_ = std::move(opening_id);
  engine_id_ = std::move(engine_id);
}

void Producer::read_back(const Place& released, std::uint64_t up_to) {
  job_.start([this, released, up_to](const std::atomic<bool>& stopping) {
    journal::ReadBackRule rule({.released = released, .up_to = up_to, .opening_id = opening_id_}, offsets_);
    read_log(settings_, released.offset, rule, stopping);
    read_back_ = rule.answer();
  });
}

std::optional<engine::Log::ReadBack> Producer::read_back_result() {
  if (!job_.take_done()) return std::nullopt;
  return read_back_;
}

void Producer::reopen(const Place& released, engine::Time now) {
  ENSURE(events_ != nullptr);
  const engine::Time shown = wall_.shown(now);
  if (next_opening_id_.empty()) {
    const std::string_view why = connection_->fatal_error();
    log(LOG_WARNING, "reopening the log behind offset " + std::to_string(released.offset) + " of epoch " +
                         std::to_string(released.epoch) + ": " +
                         std::string{why.empty() ? "a record of this engine is missing from it" : why});
    next_opening_id_ = new_opening_id(shown);
  }
  job_.start([this, released, shown](const std::atomic<bool>& stopping) {
    reopened_ = open_next(released, shown, stopping);
  });
}

engine::Log::Reopened Producer::open_next(const Place& released, engine::Time shown,
                                          const std::atomic<bool>& stopping) {
  // First the old producer ends. Messages of it that are still on the wire may be written all the same:
  // before our EpochStarted they count, behind it they do not.
  connection_.reset();
  connection_ = std::make_unique<Connection>(settings_, journal_);
  if (auto started = connection_->start(); !started.ok()) {
    obstacle_ = std::move(started).error();
    return {.failed = true};
  }
  const codec::CloudEvents::Opening opening{
      .opening_id = next_opening_id_, .engine_id = engine_id_, .after = released.epoch, .at = shown};
  // As long as Kafka is away the client itself tries to reach it.
  if (!announce(*connection_, *events_, opening,
                [&stopping] { return !stopping.load(std::memory_order_relaxed); })) {
    obstacle_ = connection_->fatal_error();
    return {.failed = true};
  }
  journal::ReadBackRule rule({.released = released, .opening_id = opening_id_, .end_id = next_opening_id_},
                             offsets_);
  read_log(settings_, released.offset, rule, stopping);
  obstacle_ = "EpochStarted could not be read back";
  return rule.answer_at_end();
}

std::optional<engine::Log::Reopened> Producer::reopen_result() {
  if (!job_.take_done()) return std::nullopt;
  if (reopened_.failed) {
    log(LOG_WARNING, "the log is not open again yet: " + obstacle_);
  } else if (!reopened_.replaced && !reopened_.lost) {
    opening_id_ = std::exchange(next_opening_id_, {});
    log(LOG_NOTICE, "the log is open again: epoch " + std::to_string(reopened_.epoch) + ", " +
                        std::to_string(reopened_.offsets.size()) +
                        " events not acknowledged before had made it");
  }
  return reopened_;
}

void Producer::log(int level, const std::string& line) const {
  if (settings_.log) settings_.log(level, line);
}

}  // namespace kafka
