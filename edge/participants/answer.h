// What an HTTP answer of a participant means: the table of the contract, as one function.
//
//   200, as the turn allows     decided            other 3xx, 4xx              ours_to_mend
//   202                         later              5xx, any other 2xx, a 200
//   409, 425, 429, 503          not_now            that is not as above        not_this_time
//
// A 200 is read strictly, {"type","reference","reason","trackingNumber","carrier","data"}: a key that is
// unknown or repeated, a type that the turn does not allow, a ShippingConfirmed without its number, more than
// `data_bytes_max` of data make it no answer. The body of a 202 may say anything; what it does not say in the
// contract's form is as if it had said nothing.
//
// Thread: any; pure. Bounds: of a body at most `answer_bytes_max` is read; a longer one is none.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "edge/participants/call.h"

namespace participants {

inline constexpr std::size_t data_bytes_max = 4096;
inline constexpr std::size_t answer_bytes_max = 16 * 1024;
inline constexpr std::size_t text_characters_max = 255;  // of a reference, reason, number, carrier
inline constexpr std::size_t shown_bytes_max = 200;      // of a body, in the log
inline constexpr engine::Duration retry_after_max = std::chrono::hours{6};

struct Reply {
  int status = 0;
  std::int64_t retry_after_s = 0;  // 0: it does not say
  std::string_view body;
  bool too_long = false;  // there was more of the body
};

/// `id` is left to the caller.
Outcome judge(Turn turn, const Reply& reply);

/// At most `shown_bytes_max` of a text, what is not printable ASCII as "?".
std::string on_one_line(std::string_view text);

}  // namespace participants
