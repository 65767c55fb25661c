// How a batch becomes Redis' commands, the scripts that set the fence and take Redis back.
//
//   WATCH, check script ─▶ may write ─▶ MULTI, SET a document …, closing script, EXEC ─┬─▶ applied
//                      └─▶ already, fenced, elsewhere                                  └─▶ changed meanwhile: again
//
// A compare-and-set: what was checked is watched, so EXEC writes all of the batch on exactly the checkpoint that it
// follows, or nothing. The documents are plain commands, since a script costs Redis half as much again for each (it copies
// them twice). Nothing is rolled back when a command fails within EXEC, so absolute values are written and the checkpoint
// last: sent again, the batch finishes the work.
//
//   saga:order:{id}     the document                    saga:0:stock       sku -> free
//   saga:0:live         unfinished ids                  saga:0:checkpoint  offset epoch seq opening
//   saga:0:recent       finished ids, newest first                     fence engine fingerprint requests
//   saga:0:reference:…  finished ids of a reference by serial          live skus digest counted
//                                                                      recent listed indexed indexed_from
//
// A reference's ids expire with the document that was written last, so some of them may be without one.
//
// live, skus and digest are what Redis holds at the checkpoint (engine/saga/contents.h); counted is the
// offset at which they were written. At another one they say nothing: an older engine, which does not know
// them, has moved the checkpoint since. In the same way recent is how many finished orders are listed, and
// listed the offset at which that was written; and whoever ended behind indexed_from with a reference is in its index.
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
inline constexpr std::string_view reference_key_prefix = "saga:0:reference:";
inline constexpr std::string_view live_key = "saga:0:live";
inline constexpr std::string_view recent_key = "saga:0:recent";
inline constexpr std::string_view stock_key = "saga:0:stock";
inline constexpr std::string_view checkpoint_key = "saga:0:checkpoint";

/// What the check and the scripts of the start answer, as an integer.
enum class ScriptAnswer : std::int64_t { done = 1, may_write = 1, already = 2, fenced = 3, elsewhere = 4 };

/// Sets the fence and leaves the checkpoint where an older engine may have moved it a moment ago.
/// KEYS: checkpoint. ARGV: epoch, engine.
extern const std::string_view fence_script;

/// Takes Redis back to before the first event, if the fence is this epoch's: the checkpoint and the sets of
/// live and recent orders are removed. Documents stay, since the fold overwrites them; so do stock levels,
/// some of which may be older than the log. KEYS: checkpoint, live, recent, stock. ARGV: epoch.
extern const std::string_view reset_script;

/// Commands in Redis' protocol, one behind the other: each has its reply.
struct Commands {
  std::string text;
  std::size_t count = 0;
};
struct BatchCommands {
  Commands check;  // WATCH, and the script, which answers a ScriptAnswer
  Commands write;  // MULTI to EXEC, which answers nothing if the checkpoint has changed since the check
};
void format_batch(const engine::Store::Batch& batch, engine::Duration keep, BatchCommands& out);
/// Appends any command in Redis' protocol.
void format_command(std::span<const std::string_view> arguments, std::string& out);
inline void format_command(std::initializer_list<std::string_view> arguments, std::string& out) {
  format_command(std::span{arguments.begin(), arguments.size()}, out);
}

}  // namespace redis
