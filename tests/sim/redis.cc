#include "tests/sim/redis.h"

#include <utility>

#include "engine/seeded_bug.h"

namespace sim {

KeptBatch::KeptBatch(const engine::Store::Batch& from)
    : opening(from.opening),
      orders(from.orders.begin(), from.orders.end()),
      stock(from.stock.begin(), from.stock.end()),
      batch(from) {
  for (const engine::Store::OrderWrite& write : orders) texts.emplace_back(write.document);
  for (const engine::Store::StockWrite& write : stock) skus.emplace_back(write.sku);
  for (std::size_t i = 0; i < orders.size(); ++i) orders[i].document = texts[i];
  for (std::size_t i = 0; i < stock.size(); ++i) stock[i].sku = skus[i];
  batch.orders = orders;
  batch.stock = stock;
  batch.opening = opening;
}

engine::Store::Applied Redis::apply(const engine::Store::Batch& batch) {
  using Applied = engine::Store::Applied;
  const std::int64_t writer = batch.fence < 0 ? batch.reaches.epoch : batch.fence;
  if (batch.reaches == checkpoint) return Applied::applied;
  if (fence > writer) return Applied::fenced;
  if (batch.follows != checkpoint && !SEEDED_BUG(batch_without_predecessor)) return Applied::elsewhere;
  for (const engine::Store::OrderWrite& write : batch.orders) {
    orders[write.id] = write.document;
    if (write.live == engine::Store::LiveSet::add) live.insert(write.id);
    if (write.live == engine::Store::LiveSet::remove) live.erase(write.id);
    if (write.finished) finished.insert(write.id);
  }
  for (const engine::Store::StockWrite& write : batch.stock) stock[std::string{write.sku}] = write.free;
  checkpoint = batch.reaches;
  opening = batch.opening;
  fence = writer;
  ++batches;
  if (watcher != nullptr) watcher->applied(batch);
  return Applied::applied;
}

bool Redis::set_fence(std::int64_t epoch) {
  if (fence > epoch) return false;
  fence = epoch;
  return true;
}

int Redis::turn(Random& random) {
  if (late.empty()) return 0;
  const auto at = late.begin() + static_cast<std::ptrdiff_t>(random.below(late.size()));
  if (random.chance(0.8)) apply((*at)->batch);
  late.erase(at);
  return 1;
}

}  // namespace sim
