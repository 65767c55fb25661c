// Reading hiredis' replies, for what is asked before the reactor runs.
//
// Thread: any.
#pragma once

#include <hiredis/hiredis.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace redis {

inline std::string_view text_of(const redisReply& reply) {
  return reply.str == nullptr ? std::string_view{} : std::string_view{reply.str, reply.len};
}

/// The reply itself, or what came of one of a transaction's commands; nullptr: no error.
inline const redisReply* error_in(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_ERROR) return &reply;
  for (std::size_t i = 0; reply.type == REDIS_REPLY_ARRAY && i < reply.elements; ++i) {
    if (reply.element[i]->type == REDIS_REPLY_ERROR) return reply.element[i];
  }
  return nullptr;
}

/// `otherwise` for a field that is not there.
inline std::int64_t number_of(const redisReply& reply, std::int64_t otherwise) {
  const std::string_view digits = text_of(reply);
  std::int64_t value = otherwise;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// Nothing for a field that is not there, or is no such number.
inline std::optional<std::uint64_t> unsigned_of(const redisReply& reply) {
  const std::string_view digits = text_of(reply);
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || parsed.ec != std::errc{}) return std::nullopt;
  return value;
}

}  // namespace redis
