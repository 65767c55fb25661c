#include "engine/recovery/load.h"

#include <array>
#include <string_view>

#include "engine/codec/document_parser.h"

namespace recovery {
namespace {

std::string differ(std::uint64_t here, std::uint64_t at_checkpoint, const std::string& what) {
  return std::to_string(here) + " " + what + " are there, and at the checkpoint there were " +
         std::to_string(at_checkpoint);
}

}  // namespace

std::string missing(const engine::StartStore::Loaded& loaded, const saga::Contents& now) {
  if (loaded.checkpoint.offset < 0 && now.live > 0)
    return "there is no checkpoint, and orders are listed as unfinished";
  if (loaded.checkpoint.offset < 0 && loaded.recent > 0)
    return "there is no checkpoint, and orders are listed as finished";
  if (!loaded.contents) return {};
  const saga::Contents& then = *loaded.contents;
  if (now.live != then.live) return differ(now.live, then.live, "unfinished orders");
  if (now.skus != then.skus) return differ(now.skus, then.skus, "counted skus");
  if (now.digest != then.digest) return "unfinished orders or stock are not those of the checkpoint";
  return {};
}

std::string missing_recent(const engine::StartStore::Loaded& loaded) {
  const bool whole = !loaded.recent_then || *loaded.recent_then == loaded.recent;
  return whole ? "" : differ(loaded.recent, *loaded.recent_then, "listed finished orders");
}

std::optional<std::string> load(engine::StartStore& redis, const engine::StartStore::Loaded& loaded,
                                Fold& fold) {
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

bool take_back(engine::StartStore& redis, const saga::OrderId& id, Fold& fold) {
  const std::string text = id.str();
  const std::array<std::string_view, 1> ids{text};
  return redis.load_documents(ids, [&](std::string_view, std::optional<std::string_view> document) {
    if (!document) return true;
    codec::DocumentParser documents;
    tape::OwnedRecord record(documents.restore(*document).record);
    if (record != nullptr && saga::ended(record->status)) fold.take_back(record.release());
    return true;
  });
}

}  // namespace recovery
