#include "tests/sim/redis.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "engine/ensure.h"

namespace sim {
namespace {

std::uint32_t step_of(const std::string& document) {
  constexpr std::string_view key = "\"step\":";
  const std::size_t at = document.rfind(key);  // those of the steps come before
  ENSURE(at != std::string::npos);
  return static_cast<std::uint32_t>(std::stoul(document.substr(at + key.size())));
}

}  // namespace

KeptBatch::KeptBatch(const engine::Store::Batch& from)
    : opening(from.opening),
      fingerprint(from.fingerprint),
      orders(from.orders.begin(), from.orders.end()),
      stock(from.stock.begin(), from.stock.end()),
      batch(from) {
  for (const engine::Store::OrderWrite& write : orders) {
    texts.emplace_back(write.document);
    references.emplace_back(write.reference);
  }
  for (const engine::Store::StockWrite& write : stock) skus.emplace_back(write.sku);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    orders[i].document = texts[i];
    orders[i].reference = references[i];
  }
  for (std::size_t i = 0; i < stock.size(); ++i) stock[i].sku = skus[i];
  batch.orders = orders;
  batch.stock = stock;
  batch.opening = opening;
  batch.fingerprint = fingerprint;
}

engine::Store::Applied Redis::apply(const engine::Store::Batch& batch) {
  using Applied = engine::Store::Applied;
  const std::int64_t writer = batch.fence < 0 ? batch.reaches.epoch : batch.fence;
  if (batch.reaches == checkpoint) return Applied::applied;
  if (fence > writer) return Applied::fenced;
  if (batch.follows != checkpoint) return Applied::elsewhere;
  if (!list_is_whole() && !batch.recent_lost) return Applied::elsewhere;
  for (const engine::Store::OrderWrite& write : batch.orders) {
    orders[write.id] = write.document;
    if (write.live == engine::Store::LiveSet::add) live.insert(write.id);
    if (write.live == engine::Store::LiveSet::remove) live.erase(write.id);
    if (!write.finished) continue;
    if (!write.reference.empty()) {
      auto& of_one = references[std::string{write.reference}];
      std::erase_if(of_one, [&write](const auto& one) { return one.second == write.id; });
      of_one[write.serial] = write.id;
    }
    if (write.again) std::erase(recent, write.id);
    recent.push_front(write.id);
  }
  for (const engine::Store::StockWrite& write : batch.stock) stock[std::string{write.sku}] = write.free;
  checkpoint = batch.reaches;
  opening = batch.opening;
  contents = batch.contents;
  if (batch.requests >= 0) requests = batch.requests;
  listed = recent.size();
  if (!batch.fingerprint.empty()) fingerprint = batch.fingerprint;
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

bool Redis::reset(std::int64_t epoch) {
  if (fence != epoch) return false;
  live.clear();
  recent.clear();
  checkpoint = {};
  opening.clear();
  contents.reset();
  listed.reset();
  if (watcher != nullptr) watcher->set_back(checkpoint);
  return true;
}

bool Redis::lose(Part part, Random& random) {
  const auto any = [&random](auto& all) {
    return std::next(all.begin(), static_cast<std::ptrdiff_t>(random.below(all.size())));
  };
  const bool of_stock = part == Part::stock || part == Part::sku;
  const bool of_recent = part == Part::recent || part == Part::recent_member;
  if (part == Part::checkpoint ? fence < 0
      : of_stock               ? stock.empty()
      : of_recent              ? recent.empty()
                               : live.empty())
    return false;
  damaged = true;
  switch (part) {
    case Part::live_set:
      live.clear();
      break;
    case Part::live_member:
      live.erase(any(live));
      break;
    case Part::stock:
      stock.clear();
      break;
    case Part::sku:
      stock.erase(any(stock));
      break;
    case Part::document:
      orders.erase(*any(live));
      break;
    case Part::recent:
      recent.clear();
      break;
    case Part::recent_member:
      recent.erase(any(recent));
      break;
    case Part::checkpoint:
      checkpoint = {};
      opening.clear();
      contents.reset();
      listed.reset();
      fence = -1;
      requests = 0;
      if (watcher != nullptr) watcher->set_back(checkpoint);
      break;
  }
  return true;
}

saga::Contents RedisState::held() const {
  saga::Contents held;
  for (const saga::OrderId& id : live) {
    const auto document = orders.find(id);
    if (document != orders.end()) held.add_order(id, step_of(document->second));
  }
  for (const auto& [sku, free] : stock) held.add_sku(sku, free);
  return held;
}

std::string RedisState::of_reference(const std::string& reference, std::uint64_t before,
                                     std::size_t limit) const {
  std::string lines;
  const auto all = references.find(reference);
  if (all == references.end()) return lines;
  for (auto at = all->second.lower_bound(before); at != all->second.begin() && limit > 0; --limit) {
    --at;
    lines += std::to_string(at->first) + " " + at->second.str() + "\n";
  }
  return lines;
}

bool RedisState::lacks_document() const {
  return std::any_of(live.begin(), live.end(), [this](const auto& id) { return orders.count(id) == 0; });
}

int Redis::turn(Random& random) {
  if (late.empty()) return 0;
  const auto at = late.begin() + static_cast<std::ptrdiff_t>(random.below(late.size()));
  if (random.chance(0.8)) apply((*at)->batch);
  late.erase(at);
  return 1;
}

}  // namespace sim
