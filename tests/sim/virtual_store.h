// A Redis in memory, as engine::Store: applies a batch only on the checkpoint it follows, and answers when it
// is told to.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "engine/ports.h"
#include "tests/sim/allocations.h"

namespace sim {

class VirtualStore final : public engine::Store {
 public:
  explicit VirtualStore(const Checkpoint& at) : checkpoint(at) {}

  bool submit(const Batch& batch) override {
    const Uncounted guard;
    if (results_.size() + hidden_.size() >= 2) return false;
    hidden_.push_back(apply(batch));
    return true;
  }
  /// The oldest batch's reply arrives.
  void answer() {
    if (hidden_.empty()) return;
    results_.push_back(hidden_.front());
    hidden_.pop_front();
  }
  std::optional<Applied> result() override {
    const Uncounted guard;
    if (results_.empty()) return std::nullopt;
    const Applied applied = results_.front();
    results_.pop_front();
    return applied;
  }
  void find(const saga::OrderId& id, Reader& reader) override {
    const auto order = orders.find(id);
    const bool known = order != orders.end();
    reader.found(known ? Reader::Found::yes : Reader::Found::no, known ? order->second : std::string{});
  }
  void forget(Reader&) override {}
  bool connected() const override { return true; }

  Checkpoint checkpoint;
  std::map<saga::OrderId, std::string> orders;
  std::map<std::string, std::int64_t> stock;
  std::set<saga::OrderId> live, finished;
  std::size_t batches = 0;

 private:
  Applied apply(const Batch& batch) {
    if (batch.follows != checkpoint)
      return batch.reaches == checkpoint ? Applied::applied : Applied::elsewhere;
    for (const OrderWrite& write : batch.orders) {
      orders[write.id] = write.document;
      if (write.live == LiveSet::add) live.insert(write.id);
      if (write.live == LiveSet::remove) live.erase(write.id);
      if (write.finished) finished.insert(write.id);
    }
    for (const StockWrite& write : batch.stock) stock[std::string{write.sku}] = write.free;
    checkpoint = batch.reaches;
    ++batches;
    return Applied::applied;
  }

  std::deque<Applied> hidden_, results_;
};

}  // namespace sim
