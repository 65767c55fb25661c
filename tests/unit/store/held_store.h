// A store agent on a pipeline, over a Redis that keeps the last batch and answers when the test says so.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/store/store_agent.h"
#include "tests/unit/redis/pipeline.h"

namespace tests {

/// A store that keeps the last batch, and answers when it is told to.
class HeldStore final : public engine::Store {
 public:
  struct Write {
    saga::OrderId id;
    std::string document;
    LiveSet live{};
    bool finished;
    std::string reference{};
    std::uint64_t serial = 0;
  };

  bool submit(const Batch& batch) override {
    if (busy) return false;
    busy = true;
    ++batches;
    follows = batch.follows;
    reaches = batch.reaches;
    if (!keep) return true;
    writes.clear();
    stock.clear();
    for (const OrderWrite& each : batch.orders)
      writes.push_back({each.id, std::string(each.document), each.live, each.finished,
                        std::string(each.reference), each.serial});
    for (const StockWrite& each : batch.stock) stock[std::string(each.sku)] = each.free;
    return true;
  }
  std::optional<Applied> result() override {
    if (!busy || !answer) return std::nullopt;
    busy = false;
    return std::exchange(answer, std::nullopt);
  }
  void find(const saga::OrderId&, DocumentListener&) override {}
  void find_reference(std::string_view, std::uint64_t, std::size_t, DocumentListener&) override {}
  void forget(DocumentListener&) override {}
  bool connected() const override { return true; }

  bool busy = false, keep = true;
  int batches = 0;
  Checkpoint follows, reaches;
  std::vector<Write> writes;
  std::map<std::string, std::int64_t> stock;
  std::optional<Applied> answer;
};

struct StoreWorld {
  explicit StoreWorld(engine::Duration gather = {}, std::size_t live = 16'384)
      : pipeline{live}, agent{pipeline.tape, pipeline.orders, pipeline.dispatch, store, gather} {
    agent.start({Pipeline::epoch, Pipeline::epoch, 0});
  }
  int turn() { return agent.do_work(pipeline.clock.now()); }
  /// All that follows from it, the next batch's submission included.
  void applied() {
    store.answer = engine::Store::Applied::applied;
    while (turn() > 0) {
    }
  }

  Pipeline pipeline;
  HeldStore store;
  store::StoreAgent agent;
};

}  // namespace tests
