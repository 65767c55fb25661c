#include "edge/redis/batch_script.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "edge/redis/resp_writer.h"
#include "engine/limits.h"

namespace redis {
namespace {

using namespace std::string_view_literals;

using LiveSet = engine::Store::LiveSet;

class CommandWriter : public Writer {
 public:
  explicit CommandWriter(Commands& out) : Writer(out.text), out_(out) {}

  /// `elements`: with the name.
  void begin(std::string_view name, std::size_t elements) {
    array(elements);
    text(name);
  }
  void end() { ++out_.count; }
  template <class... Arguments>
  void command(std::string_view name, const Arguments&... arguments) {
    begin(name, 1 + sizeof...(arguments));
    (text(arguments), ...);
    end();
  }

 private:
  Commands& out_;
};

// KEYS: checkpoint, recent. ARGV: fence, follows (offset, epoch, seq), reaches (the same), whether the list was lost.
constexpr std::string_view check_script = R"lua(
local at = redis.call('HMGET', KEYS[1], 'offset', 'epoch', 'seq', 'fence', 'listed', 'recent')
if at[1] == ARGV[5] and at[2] == ARGV[6] and at[3] == ARGV[7] then return 2 end
if tonumber(at[4] or -1) > tonumber(ARGV[1]) then return 3 end
if (at[1] or '-1') ~= ARGV[2] or (at[2] or '-1') ~= ARGV[3] or (at[3] or '0') ~= ARGV[4] then return 4 end
-- What this batch adds would hide that the list has been lost since the last one; or that the checkpoint has, and what it
-- lists has stayed. An older engine does not say how long it is.
local listed = 0
if at[1] then listed = at[5] == at[1] and tonumber(at[6]) end
if listed and ARGV[8] == '0' and redis.pcall('LLEN', KEYS[2]) ~= listed then return 4 end
return 1
)lua";

// KEYS: checkpoint, live, recent, stock, references of finished orders. ARGV: fence, reaches (offset, epoch, seq), opening, what Redis holds then (live, skus,
// digest), fingerprint, requests; how many ids join the live set, leave it, have ended, and have ended before; for how many
// seconds finished orders are kept; those ids; of each reference a serial and an id; skus and their levels. unpack() takes at most about 8 000 values (LUAI_MAXCSTACK).
constexpr std::string_view closing_script = R"lua(
local call = redis.call
local next = 16
local function take(count)
  local list = {}
  for i = 1, count do list[i] = ARGV[next + i - 1] end
  next = next + count
  return list
end
local function chunked(list, command, key)
  for i = 1, #list, 1000 do call(command, key, unpack(list, i, math.min(i + 999, #list))) end
end
local add, remove = take(tonumber(ARGV[11])), take(tonumber(ARGV[12]))
local ended, again = take(tonumber(ARGV[13])), take(tonumber(ARGV[14]))
for i = 5, #KEYS do
  call('ZADD', KEYS[i], unpack(take(2)))
  call('ZREMRANGEBYRANK', KEYS[i], 0, -1001)
  if call('PTTL', KEYS[i]) < 1000 * ARGV[15] then call('EXPIRE', KEYS[i], ARGV[15]) end -- others may be kept for longer
end
local at = call('HMGET', KEYS[1], 'offset', 'indexed', 'indexed_from')
local from = at[1] == at[2] and at[3] or at[1] or '-1'
chunked(take(#ARGV - next + 1), 'HSET', KEYS[4])
chunked(add, 'SADD', KEYS[2])
chunked(remove, 'SREM', KEYS[2])
for _, id in ipairs(again) do call('LREM', KEYS[3], 1, id) end
if #ended > 0 or #again > 0 then -- the one write that is not absolute, so nothing that may fail comes after it
  chunked(ended, 'LPUSH', KEYS[3])
  chunked(again, 'LPUSH', KEYS[3])
  call('LTRIM', KEYS[3], 0, 9999)
end
call('HSET', KEYS[1], 'offset', ARGV[2], 'epoch', ARGV[3], 'seq', ARGV[4], 'opening', ARGV[5], 'fence', ARGV[1],
     'live', ARGV[6], 'skus', ARGV[7], 'digest', ARGV[8], 'counted', ARGV[2],
     'recent', call('LLEN', KEYS[3]), 'listed', ARGV[2], 'indexed', ARGV[2], 'indexed_from', from)
if ARGV[9] ~= '' then call('HSET', KEYS[1], 'fingerprint', ARGV[9]) end
if ARGV[10] ~= '-1' then call('HSET', KEYS[1], 'requests', ARGV[10]) end
return 1
)lua";

// Which ids the closing script is told, in this order.
constexpr std::array<bool (*)(const engine::Store::OrderWrite&), 4> lists{
    [](const auto& order) { return order.live == LiveSet::add; },
    [](const auto& order) { return order.live == LiveSet::remove || (order.finished && order.again); },
    [](const auto& order) { return order.finished && !order.again; },
    [](const auto& order) { return order.finished && order.again; }};

bool is_referenced(const engine::Store::OrderWrite& order) {
  return order.finished && !order.reference.empty();
}

void close(const engine::Store::Batch& batch, std::int64_t fence, std::int64_t keep_seconds,
           CommandWriter& to) {
  std::array<std::size_t, lists.size()> counts{};
  for (std::size_t i = 0; i < lists.size(); ++i)
    counts[i] = static_cast<std::size_t>(std::count_if(batch.orders.begin(), batch.orders.end(), lists[i]));
  const std::size_t ids = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  const auto references =
      static_cast<std::size_t>(std::count_if(batch.orders.begin(), batch.orders.end(), is_referenced));
  to.begin("EVAL", 3 + 4 + references + 15 + ids + 2 * references + 2 * batch.stock.size());
  to.text(closing_script);
  to.unsigned_number(4 + references);
  for (const std::string_view key : {checkpoint_key, live_key, recent_key, stock_key}) to.text(key);
  for (const auto& order : batch.orders) {
    if (is_referenced(order)) to.reference_key(order.reference);
  }
  to.number(fence);
  to.checkpoint(batch.reaches);
  to.text(batch.opening);
  to.unsigned_number(batch.contents.live);
  to.unsigned_number(batch.contents.skus);
  to.unsigned_number(batch.contents.digest);
  to.text(batch.fingerprint);
  to.number(batch.requests < 0 ? -1 : batch.requests);
  for (const std::size_t count : counts) to.unsigned_number(count);
  to.number(keep_seconds);
  for (const auto listed : lists) {
    for (const auto& order : batch.orders) {
      if (listed(order)) to.id(order.id);
    }
  }
  for (const auto& order : batch.orders) {
    if (!is_referenced(order)) continue;
    to.unsigned_number(order.serial);
    to.id(order.id);
  }
  for (const auto& stock : batch.stock) {
    to.text(stock.sku);
    to.number(stock.free);
  }
  to.end();
}

}  // namespace

const std::string_view fence_script = R"lua(
local call = redis.call
local at = call('HMGET', KEYS[1], 'fence', 'engine')
local fence, mine = tonumber(at[1] or -1), tonumber(ARGV[1])
if fence > mine or (fence == mine and at[2] ~= ARGV[2]) then return 3 end
if fence == mine then return 2 end
call('HSETNX', KEYS[1], 'requests', 0)
call('HSET', KEYS[1], 'fence', ARGV[1], 'engine', ARGV[2])
return 1
)lua";

const std::string_view reset_script = R"lua(
local call = redis.call
local fence, mine = tonumber(call('HGET', KEYS[1], 'fence') or -1), tonumber(ARGV[1])
if fence > mine then return 3 end
if fence < mine then return 4 end
call('DEL', KEYS[2], KEYS[3])
if call('TYPE', KEYS[4]).ok ~= 'hash' then call('DEL', KEYS[4]) end
call('HDEL', KEYS[1], 'offset', 'epoch', 'seq', 'opening', 'live', 'skus', 'digest', 'counted', 'recent', 'listed')
return 1
)lua";

static_assert(engine::limits::finished_kept == 10'000, "LTRIM in the closing script");
static_assert(engine::limits::reference_orders == 1'000, "ZREMRANGEBYRANK in the closing script");

void format_batch(const engine::Store::Batch& batch, engine::Duration keep, BatchCommands& out) {
  const std::int64_t fence = batch.fence < 0 ? batch.reaches.epoch : batch.fence;
  out.check = {};
  CommandWriter check(out.check);
  check.command("WATCH", checkpoint_key, recent_key);
  check.begin("EVAL", 5 + 8);
  for (const std::string_view text : {check_script, "2"sv, checkpoint_key, recent_key}) check.text(text);
  check.number(fence);
  check.checkpoint(batch.follows);
  check.checkpoint(batch.reaches);
  check.number(batch.recent_lost ? 1 : 0);
  check.end();

  std::size_t text = 0;
  for (const auto& order : batch.orders) text += order.document.size() + order.reference.size() + 260;
  out.write.text.clear();
  out.write.count = 0;
  out.write.text.reserve(4096 + text + batch.stock.size() * 160);
  CommandWriter write(out.write);
  write.command("MULTI");
  const auto seconds =
      std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(keep).count());
  for (const auto& order : batch.orders) {
    write.begin("SET", order.finished ? 5 : 3);
    write.order_key(order.id);
    write.text(order.document);
    if (order.finished) {
      write.text("EX");
      write.number(seconds);
    }
    write.end();
  }
  close(batch, fence, seconds, write);
  write.command("EXEC");
}

void format_command(std::span<const std::string_view> arguments, std::string& out) {
  Writer to(out);
  to.array(arguments.size());
  for (const std::string_view argument : arguments) to.text(argument);
}

}  // namespace redis
