// The script that reads orders, or the finished orders of a reference, if Redis still holds what it held.
//
// It answers an array of the orders' documents, each a text or nothing; or of a reference lines "<serial> <order id>\n", or
// nothing. An error, which begins as below, if Redis has lost writes or a part of what it held, and so perhaps a document,
// or if a newer engine has fenced it; in place of a document, if that alone is lost.
//
// Thread: any; nothing here has state.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/saga/id.h"

namespace redis {

inline constexpr std::string_view fenced_error = "FENCED";
inline constexpr std::string_view lost_writes_error = "LOSTWRITES";

/// Offsets: what the batches that were applied have reached, and what the one in flight reaches. A fence beyond both is a
/// newer engine's, for a fence is the offset of an opening.
struct Reach {
  std::int64_t reached, reaching;
};

/// Appends the command. Without an order it only looks at what Redis holds.
void format_find(std::span<const saga::OrderId> ids, const Reach& reach, std::string& out);
/// Of the orders whose serials are below `before`, `limit` at most.
void format_find_reference(std::string_view reference, std::uint64_t before, std::size_t limit,
                           const Reach& reach, std::string& out);

}  // namespace redis
