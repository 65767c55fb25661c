#include "edge/redis/batch_script.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "engine/ensure.h"
#include "engine/limits.h"

namespace redis {
namespace {

using LiveSet = engine::Store::LiveSet;

// Orders come in runs, so that ids need no arguments of their own and no order needs a flag.
enum class Run : std::uint8_t { open_leave, open_add, done_leave, done_remove, done_again };
constexpr std::array runs{Run::open_leave, Run::open_add, Run::done_leave, Run::done_remove, Run::done_again};

Run run_of(const engine::Store::OrderWrite& order) {
  if (!order.finished) return order.live == LiveSet::add ? Run::open_add : Run::open_leave;
  if (order.again) return Run::done_again;
  return order.live == LiveSet::remove ? Run::done_remove : Run::done_leave;
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void array(std::size_t elements) { head('*', elements); }
  void text(std::string_view value) {
    head('$', value.size());
    out_ += value;
    out_ += "\r\n";
  }
  void number(std::int64_t value) {
    char digits[20];
    text({digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
  }
  void unsigned_number(std::uint64_t value) {
    char digits[20];
    text({digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
  }
  void checkpoint(const engine::Store::Checkpoint& at) {
    number(at.offset);
    number(at.epoch);
    number(static_cast<std::int64_t>(at.seq));
  }
  void order_key(const saga::OrderId& id) {
    head('$', order_key_prefix.size() + saga::OrderId::text_size);
    out_ += order_key_prefix;
    const saga::OrderId::Text text = id.text();
    out_.append(text.data(), text.size());
    out_ += "\r\n";
  }

 private:
  void head(char kind, std::size_t count) {
    char digits[24];
    digits[0] = kind;
    char* end = std::to_chars(digits + 1, digits + 21, count).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out_.append(digits, end);
  }

  std::string& out_;
};

constexpr std::size_t fixed_keys = 4;
constexpr std::size_t fixed_arguments = 20;

}  // namespace

// Measured in the server (Redis 7.0, documents of 700 bytes, us an order): one SET each 2.4, MSET in
// chunks 2.1, SET with EX 3.2; flat between 16 and 1 024 orders a batch; a batch of one costs 30. unpack()
// takes at most about 8 000 values (LUAI_MAXCSTACK).
const std::string_view batch_script = R"lua(
local call = redis.call
local at = call('HMGET', KEYS[1], 'offset', 'epoch', 'seq', 'fence', 'listed', 'recent')
if at[1] == ARGV[5] and at[2] == ARGV[6] and at[3] == ARGV[7] then return 2 end
local fence, mine = tonumber(at[4] or -1), tonumber(ARGV[1])
if fence > mine then return 3 end
if (at[1] or '-1') ~= ARGV[2] or (at[2] or '-1') ~= ARGV[3] or (at[3] or '0') ~= ARGV[4] then return 4 end
-- What this batch adds would hide that the list has been lost since the last one; or that the checkpoint has, and what it
-- lists has stayed. An older engine does not say how long it is.
local listed = 0
if at[1] then listed = at[5] == at[1] and tonumber(at[6]) end
if listed and ARGV[19] == '0' and redis.pcall('LLEN', KEYS[3]) ~= listed then return 4 end

local open_leave, open_add = tonumber(ARGV[8]), tonumber(ARGV[9])
local done_leave, done_remove = tonumber(ARGV[10]), tonumber(ARGV[11])
local keep, opening = ARGV[13], ARGV[14]
local open, first = open_leave + open_add, open_leave + open_add + done_leave + done_remove
local all = first + tonumber(ARGV[12]) -- those behind have ended before

local function chunked(width, list, command, key)
  for i = 1, #list, width do
    local last = math.min(i + width - 1, #list)
    if key then call(command, key, unpack(list, i, last)) else call(command, unpack(list, i, last)) end
  end
end
local function ids(from, to)
  local list = {}
  for i = from, to do list[i - from + 1] = string.sub(KEYS[4 + i], 12) end
  return list
end

local documents = {}
for i = 1, open do
  documents[2 * i - 1] = KEYS[4 + i]
  documents[2 * i] = ARGV[20 + i]
end
chunked(256, documents, 'MSET')
for i = open + 1, all do call('SET', KEYS[4 + i], ARGV[20 + i], 'EX', keep) end

local stock = {}
for i = 21 + all, #ARGV do stock[#stock + 1] = ARGV[i] end
chunked(1000, stock, 'HSET', KEYS[4])

chunked(1000, ids(open_leave + 1, open), 'SADD', KEYS[2])
chunked(1000, ids(open + done_leave + 1, all), 'SREM', KEYS[2])
for _, id in ipairs(ids(first + 1, all)) do call('LREM', KEYS[3], 1, id) end
if all > open then -- the one write that is not absolute, so nothing that may fail comes after it
  chunked(1000, ids(open + 1, all), 'LPUSH', KEYS[3])
  call('LTRIM', KEYS[3], 0, 9999)
end
call('HSET', KEYS[1], 'offset', ARGV[5], 'epoch', ARGV[6], 'seq', ARGV[7], 'opening', opening, 'fence', ARGV[1],
     'live', ARGV[15], 'skus', ARGV[16], 'digest', ARGV[17], 'counted', ARGV[5],
     'recent', call('LLEN', KEYS[3]), 'listed', ARGV[5])
if ARGV[18] ~= '' then call('HSET', KEYS[1], 'fingerprint', ARGV[18]) end
if ARGV[20] ~= '-1' then call('HSET', KEYS[1], 'requests', ARGV[20]) end
return 1
)lua";

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

// A key of another type is no set and no hash of so many: its error is not equal to a number.
const std::string_view find_script = R"lua(
local at = redis.call('HMGET', KEYS[2], 'offset', 'fence', 'counted', 'live', 'skus', 'listed', 'recent')
if tonumber(at[2] or -1) > tonumber(ARGV[2]) then return redis.error_reply('FENCED by a newer engine') end
if tonumber(at[1] or -1) < tonumber(ARGV[1]) then return redis.error_reply('LOSTWRITES since the checkpoint') end
if at[3] and at[3] == at[1] then
  local live, skus = redis.pcall('SCARD', KEYS[3]), redis.pcall('HLEN', KEYS[4])
  if live ~= tonumber(at[4]) or skus ~= tonumber(at[5]) then
    return redis.error_reply('LOSTWRITES: a part of what was there at the checkpoint')
  end
end
if at[6] and at[6] == at[1] and redis.pcall('LLEN', KEYS[5]) ~= tonumber(at[7]) then
  return redis.error_reply('LOSTWRITES: a part of the list of finished orders')
end
local document = redis.call('GET', KEYS[1])
if not document and redis.call('SISMEMBER', KEYS[3], string.sub(KEYS[1], 12)) == 1 then
  return redis.error_reply('LOSTWRITES: the document of an unfinished order')
end
return document
)lua";

static_assert(engine::limits::finished_kept == 10'000, "LTRIM in the script above");
static_assert(order_key_prefix.size() == 11, "string.sub in the script above");

void format_batch(const engine::Store::Batch& batch, engine::Duration keep, std::string& out) {
  std::size_t text = 0;
  for (const auto& order : batch.orders) text += order.document.size() + 80;
  out.reserve(out.size() + 1024 + text + batch.stock.size() * 160);

  Writer to(out);
  const std::size_t keys = fixed_keys + batch.orders.size();
  to.array(3 + keys + fixed_arguments + batch.orders.size() + 2 * batch.stock.size());
  to.text("EVALSHA");
  to.text(batch_script_sha1);
  to.number(static_cast<std::int64_t>(keys));
  for (const std::string_view key : {checkpoint_key, live_key, recent_key, stock_key}) to.text(key);
  std::array<std::int64_t, runs.size()> counts{};
  for (std::size_t run = 0; run < runs.size(); ++run) {
    for (const auto& order : batch.orders) {
      if (run_of(order) != runs[run]) continue;
      to.order_key(order.id);
      ++counts[run];
    }
  }
  ENSURE(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) ==
         static_cast<std::int64_t>(batch.orders.size()));
  to.number(batch.fence < 0 ? batch.reaches.epoch : batch.fence);
  to.checkpoint(batch.follows);
  to.checkpoint(batch.reaches);
  for (const std::int64_t count : counts) to.number(count);
  to.number(std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(keep).count()));
  to.text(batch.opening);
  to.unsigned_number(batch.contents.live);
  to.unsigned_number(batch.contents.skus);
  to.unsigned_number(batch.contents.digest);
  to.text(batch.fingerprint);
  to.number(batch.recent_lost ? 1 : 0);
  to.number(batch.requests < 0 ? -1 : batch.requests);
  for (const Run run : runs) {
    for (const auto& order : batch.orders) {
      if (run_of(order) == run) to.text(order.document);
    }
  }
  for (const auto& stock : batch.stock) {
    to.text(stock.sku);
    to.number(stock.free);
  }
}

void format_command(std::span<const std::string_view> arguments, std::string& out) {
  Writer to(out);
  to.array(arguments.size());
  for (const std::string_view argument : arguments) to.text(argument);
}

}  // namespace redis
