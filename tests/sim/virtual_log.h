// A Kafka partition in memory, as engine::Log: keeps every record, and acknowledges when it is told to, in
// any order.
#pragma once

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "tests/sim/allocations.h"

namespace sim {

class VirtualLog final : public engine::Log {
 public:
  struct Record {
    std::string key, value;
    std::vector<std::pair<std::string, std::string>> headers;
    std::uint64_t seq = 0;
  };

  /// The EpochStarted lies at `epoch`, so the first record is at epoch + 1.
  explicit VirtualLog(std::int64_t epoch) : epoch_(epoch) {}

  bool produce(const Message& message) override {
    const Uncounted guard;
    if (waiting_.size() >= queue_max) return false;
    Record record{std::string{message.key}, std::string{message.value}, {}, message.seq};
    for (const Header& header : message.headers) record.headers.emplace_back(header.name, header.value);
    records.push_back(std::move(record));
    waiting_.push_back({message.seq, epoch_ + static_cast<std::int64_t>(records.size())});
    return true;
  }

  /// Lets up to `count` of the oldest go; their reports come shuffled.
  void acknowledge(std::size_t count, std::mt19937_64& random) {
    count = std::min(count, waiting_.size());
    std::vector<Report> batch(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    std::shuffle(batch.begin(), batch.end(), random);
    reports_.insert(reports_.end(), batch.begin(), batch.end());
  }

  std::size_t reports(std::span<Report> out) override {
    const Uncounted guard;
    const std::size_t count = std::min(out.size(), reports_.size());
    std::copy_n(reports_.begin(), count, out.begin());
    reports_.erase(reports_.begin(), reports_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

  void read_back(const Place&, std::uint64_t) override { ++read_backs; }
  std::optional<ReadBack> read_back_result() override { return std::nullopt; }
  std::string_view fatal_error() const override { return {}; }

  std::vector<Record> records;
  int read_backs = 0;

 private:
  static constexpr std::size_t queue_max = 1000;
  const std::int64_t epoch_;
  std::vector<Report> waiting_, reports_;
};

}  // namespace sim
