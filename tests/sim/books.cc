#include "tests/sim/books.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "engine/saga/json.h"
#include "tests/sim/allocations.h"
#include "tests/sim/violation.h"

namespace sim {

const RecordText* Books::text(tape::Offset offset) const {
  const auto& text = texts_[static_cast<std::size_t>(offset - partition_.begin())];
  return text ? &*text : nullptr;
}

void Books::read_log() {
  const Uncounted guard;
  for (; next_ < partition_.end(); ++next_) {
    const Partition::Entry& entry = partition_.at(next_);
    auto& text = texts_.emplace_back();
    if (!entry.occupied) continue;
    text.emplace(entry.key, entry.value);
    const bool counts = log.read(next_, *text);
    if (trace) {
      std::printf("    log %ld: %.*s %.*s, epoch %ld, seq %ld%s\n", static_cast<long>(next_),
                  static_cast<int>(text->type.size()), text->type.data(), static_cast<int>(text->id.size()),
                  text->id.data(), static_cast<long>(text->epoch), static_cast<long>(text->seq),
                  counts ? "" : ", does not count");
    }
  }
}

void Books::advance(Model& model, tape::Offset& next, tape::Offset through) {
  const Uncounted guard;
  read_log();
  require(through < next_, "a place behind the end of the log");
  for (; next <= through; ++next) {
    if (const RecordText* record = text(next)) model.read(next, *record);
  }
}

void Books::applied(const engine::Store::Batch& batch) {
  if (trace) {
    std::printf("    Redis: %ld -> %ld, %zu orders, %zu levels\n", static_cast<long>(batch.follows.offset),
                static_cast<long>(batch.reaches.offset), batch.orders.size(), batch.stock.size());
  }
  stored.touched.clear();
  const auto stock = stored.stock;
  advance(stored, stored_next_, batch.reaches.offset);
  require(stored.epoch == batch.reaches.epoch && stored.seq == static_cast<std::int64_t>(batch.reaches.seq) &&
              stored.offset == batch.reaches.offset,
          "Redis' checkpoint is not the place of that event");
  for (const engine::Store::OrderWrite& write : batch.orders) {
    const std::string id = write.id.str();
    const Model::Order* const order = stored.find(id);
    require(order != nullptr, [&] { return "Redis has an order that is not in the log: " + id; });
    Model::compare(id, *order, write.document);
    require(write.finished == order->ended(), [&] { return "finished in Redis, or in the log: " + id; });
    require(saga::json::escaped(write.reference) == order->reference &&
                write.serial == static_cast<std::uint64_t>(order->steps.front().offset) + 1,
            [&] { return "it is found by another reference, or in another place: " + id; });
    stored.touched.erase(id);
  }
  require(stored.touched.empty(),
          [&] { return "the batch has left out order " + std::string{*stored.touched.begin()}; });
  std::map<std::string_view, std::int64_t> levels = stock;
  for (const engine::Store::StockWrite& write : batch.stock) levels[write.sku] = write.free;
  for (const auto& [sku, level] : stored.stock) {
    require(levels[sku] == level, [&levels, &sku = sku, &level = level] {
      return "Redis has " + std::to_string(levels[sku]) + " of " + std::string{sku} + ", and the log says " +
             std::to_string(level);
    });
  }
  require(levels.size() == stored.stock.size(), "Redis has stock of what the log does not know");
}

void Books::set_back(const engine::Store::Checkpoint& checkpoint) {
  was_set_back_ = true;
  stored = log.anew();
  stored_next_ = partition_.begin();
  if (checkpoint.offset >= 0) advance(stored, stored_next_, checkpoint.offset);
}

void Books::check_all(const Redis& redis) {
  read_log();
  log.check_books();
  for (const auto& [id, document] : redis.orders) {
    const Model::Order* const order = stored.find(id.str());
    require(order != nullptr,
            [&id = id] { return "Redis has an order that is not in the log: " + id.str(); });
    Model::compare(id.str(), *order, document);
    require((redis.live.count(id) == 1) != order->ended(),
            [&id = id] { return "the live set is wrong about order " + id.str(); });
    require(std::count(redis.recent.begin(), redis.recent.end(), id) == (order->ended() ? 1 : 0),
            [&id = id] { return "the list of the finished is wrong about order " + id.str(); });
  }
  require(redis.contents == redis.held() && redis.list_is_whole(),
          "Redis does not hold what its checkpoint says");
  require(redis.orders.size() == stored.orders.size(), "Redis lacks orders that are in the log");
  for (const auto& [sku, level] : stored.stock) {
    const auto kept = redis.stock.find(std::string{sku});
    require(kept != redis.stock.end() && kept->second == level,
            [&sku = sku] { return "Redis has another stock of " + std::string{sku}; });
  }
}

}  // namespace sim
