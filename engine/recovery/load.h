// What Redis holds, taken into a fold: stock, and unfinished orders with their documents. It must be what
// Redis held at its checkpoint, in figures (engine/saga/contents.h), and each order one that can be taken up.
// Whatever is not so is one finding: a part of Redis is gone.
//
// Before there is a checkpoint, stock may be there, filled by hand, but no order.
//
// Thread: the caller's, which it blocks. Bounds: the orders under way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/codec/document_parser.h"
#include "engine/recovery/fold.h"

namespace recovery {

/// Which part of it is gone; empty: none.
template <class Loaded>
std::string missing(const Loaded& loaded, const saga::Contents& now) {
  if (loaded.checkpoint.offset < 0 && now.live > 0)
    return "there is no checkpoint, and orders are listed as unfinished";
  if (!loaded.contents) return {};
  const saga::Contents& then = *loaded.contents;
  const auto differ = [](std::uint64_t here, std::uint64_t at_checkpoint, const std::string& what) {
    return std::to_string(here) + " " + what + " are there, and at the checkpoint there were " +
           std::to_string(at_checkpoint);
  };
  if (now.live != then.live) return differ(now.live, then.live, "unfinished orders");
  if (now.skus != then.skus) return differ(now.skus, then.skus, "counted skus");
  if (now.digest != then.digest) return "unfinished orders or stock are not those of the checkpoint";
  return {};
}

/// Which part of Redis is gone, at which it ends; empty: none. Nothing: Redis has not answered.
template <class Redis, class Loaded>
std::optional<std::string> load(Redis& redis, const Loaded& loaded, Fold& fold) {
  const auto stock = redis.load_stock();
  if (!stock) return std::nullopt;
  for (const auto& [sku, free] : *stock) fold.set_stock(sku, free);

  codec::DocumentParser documents;
  std::string gone;
  const bool all = redis.load_live([&](std::string_view id, std::optional<std::string_view> document) {
    std::string wrong = "has no document";
    if (document) {
      const auto restored = documents.restore(*document);
      wrong = restored.record != nullptr ? fold.misfit(*restored.record)
                                         : "has a document that cannot be used: " + restored.error;
      if (restored.record != nullptr) fold.take(restored.record);
    }
    if (wrong.empty()) return true;
    gone = "order " + std::string{id} + ", listed as unfinished, " + wrong;
    return false;
  });
  if (!gone.empty()) return gone;
  if (!all) return std::nullopt;
  return missing(loaded, fold.contents());
}

}  // namespace recovery
