// The three scripts that write to Redis, the one that reads an order, and the one way a batch becomes bytes.
// Each script is one atomic step of Redis; none that writes is rolled back when it fails half way, so they
// write absolute values only and the checkpoint last: run again, they finish the work.
//
//   saga:order:{id}     the document                    saga:0:stock       sku -> free
//   saga:0:live         unfinished ids                  saga:0:checkpoint  offset epoch seq opening
//   saga:0:recent       finished ids, newest first                     fence engine fingerprint requests
//                                                                      live skus digest counted
//                                                                      recent listed
//
// live, skus and digest are what Redis holds at the checkpoint (engine/saga/contents.h); counted is the
// offset at which they were written. At another one they say nothing: an older engine, which does not know
// them, has moved the checkpoint since. In the same way recent is how many finished orders are listed, and
// listed the offset at which that was written.
//
// Thread: any; nothing here has state.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "engine/ports.h"
#include "engine/time.h"

namespace redis {

inline constexpr std::string_view order_key_prefix = "saga:order:";
inline constexpr std::string_view live_key = "saga:0:live";
inline constexpr std::string_view recent_key = "saga:0:recent";
inline constexpr std::string_view stock_key = "saga:0:stock";
inline constexpr std::string_view checkpoint_key = "saga:0:checkpoint";

/// What the writing scripts answer, as an integer.
enum class ScriptAnswer : std::int64_t { applied = 1, already = 2, fenced = 3, elsewhere = 4 };

/// Applies a batch on exactly the checkpoint that it follows.
extern const std::string_view batch_script;
/// Its SHA-1, by which EVALSHA calls it; a test holds it against Redis' own.
inline constexpr std::string_view batch_script_sha1 = "0d4b970081dd6b78e23bfe660034b20ccd91d4b0";

/// Sets the fence and leaves the checkpoint where an older engine may have moved it a moment ago.
/// KEYS: checkpoint. ARGV: epoch, engine.
extern const std::string_view fence_script;

/// Takes Redis back to before the first event, if the fence is this epoch's: the checkpoint and the sets of
/// live and recent orders are removed. Documents stay, since the fold overwrites them; so do stock levels,
/// some of which may be older than the log. KEYS: checkpoint, live, recent, stock. ARGV: epoch.
extern const std::string_view reset_script;

/// An order's document, or nothing. An error, which begins as below, if Redis has lost writes or a part of
/// what it held, and so perhaps the document, or if a newer engine has fenced it. KEYS: order, checkpoint,
/// live, stock, recent. ARGV: the offset that Redis has reached, and the one that the batch in flight reaches. A
/// fence beyond both is a newer engine's, for a fence is the offset of an opening.
extern const std::string_view find_script;
inline constexpr std::string_view fenced_error = "FENCED";
inline constexpr std::string_view lost_writes_error = "LOSTWRITES";

/// Appends `EVALSHA batch_script …` in Redis' protocol.
void format_batch(const engine::Store::Batch& batch, engine::Duration keep, std::string& out);
/// Appends any command in Redis' protocol.
void format_command(std::span<const std::string_view> arguments, std::string& out);
inline void format_command(std::initializer_list<std::string_view> arguments, std::string& out) {
  format_command(std::span{arguments.begin(), arguments.size()}, out);
}

}  // namespace redis
