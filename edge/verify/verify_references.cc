// The part of --verify that holds the indexes of references against the orders. They are of orders that have ended: an order
// must be in that of its reference, and in no other.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "edge/verify/verify.h"

namespace verify {

/// Before the log is read: what an entry says, held against the document, which is held against the log later. An order
/// that is not kept any more may have left its entry.
bool Verify::load_references() {
  const auto from = redis_.load_indexed_from();
  if (!from) return false;
  indexed_from_ = *from;
  return redis_.load_references(
      [this](const redis::Start::Reference& entry, std::optional<std::string_view> document) {
        if (!document) return;
        const tape::OwnedRecord record{document_parser_.restore(*document).record};
        if (record == nullptr) return;  // that will be a finding
        if (record->order.reference == entry.reference && record->placed_serial() == entry.serial) return;
        const auto [begin, end] = doubtful_.equal_range(entry.serial);
        const auto known = [&](const auto& one) {
          return one.second.id == entry.id && one.second.reference == entry.reference;
        };
        if (std::none_of(begin, end, known))
          doubtful_.emplace(entry.serial, Entry{entry.id, std::string{entry.reference}});
      });
}

/// The order was once what the entry says, and its id has been placed anew since.
void Verify::note_placed(const saga::Order& order, tape::Offset offset) {
  if (doubtful_.empty()) return;
  const auto [begin, end] = doubtful_.equal_range(static_cast<std::uint64_t>(offset) + 1);
  const auto at = std::find_if(begin, end, [&order](const auto& one) {
    return one.second.id == order.id && one.second.reference == order.reference;
  });
  if (at != end) doubtful_.erase(at);
}

/// Of the chunk, whoever has a document as the log says it.
bool Verify::find_references() {
  references_ += referenced_.size();
  const bool good = redis_.find_missing(referenced_, [this](std::size_t index) {
    const redis::Start::Reference& one = referenced_[index];
    findings_.add(Kind::reference, fmt::format("order {}: Redis does not find it by its reference \"{}\"",
                                               one.id.str(), one.reference));
  });
  referenced_.clear();
  return good;
}

void Verify::settle_references() {
  for (const auto& [serial, entry] : doubtful_) {
    findings_.add(
        Kind::reference,
        fmt::format("order {}: Redis finds it by reference \"{}\" as placed at offset {}, and it was not",
                    entry.id.str(), entry.reference, static_cast<std::int64_t>(serial) - 1));
  }
  doubtful_.clear();
}

}  // namespace verify
