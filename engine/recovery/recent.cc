#include "engine/recovery/recent.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/codec/document_parser.h"

namespace recovery {

Recent load_recent(engine::StartStore& redis, const RecentBounds& bounds) {
  Recent recent;
  codec::DocumentParser documents;
  std::size_t bytes = 0, gone = 0;
  const auto take = [&](std::string_view, std::optional<std::string_view> document) {
    if (document && bytes + document->size() > bounds.bytes) {
      recent.cut = "their documents are larger than what is kept in memory";
      return false;
    }
    const tape::OwnedRecord record(document ? documents.restore(*document).record : nullptr);
    if (record == nullptr) {
      ++gone;
    } else if (saga::ended(record->status)) {  // else its mail is due again, and it is a live one
      bytes += document->size();
      recent.oldest_first.push_back(
          {record->order.id, record->status, static_cast<std::uint64_t>(record->steps().at(1).offset) + 1,
           std::string(*document), orders::Marks::of(record->order, record->reason)});
    }
    return true;
  };
  if (!redis.load_recent(bounds.orders, bounds.patience, take) && recent.cut.empty())
    recent.cut = redis.error();
  if (gone > 0 && recent.cut.empty())
    recent.cut = "the documents of " + std::to_string(gone) + " have expired or cannot be read";
  std::reverse(recent.oldest_first.begin(), recent.oldest_first.end());
  return recent;
}

}  // namespace recovery
