#include "edge/redis/find_script.h"

#include "edge/redis/resp_writer.h"

namespace redis {
namespace {

// KEYS: checkpoint, live, stock, recent, and the orders or the reference. ARGV: reached, reaching; of a reference, how high
// their serials may be, and how many. A key of another type is no set and no hash of so many: its error is not equal to a number.
constexpr std::string_view find_script = R"lua(
local at = redis.call('HMGET', KEYS[1], 'offset', 'fence', 'counted', 'live', 'skus', 'listed', 'recent')
if tonumber(at[2] or -1) > tonumber(ARGV[2]) then return redis.error_reply('FENCED by a newer engine') end
if tonumber(at[1] or -1) < tonumber(ARGV[1]) then return redis.error_reply('LOSTWRITES since the checkpoint') end
if at[3] and at[3] == at[1] then
  local live, skus = redis.pcall('SCARD', KEYS[2]), redis.pcall('HLEN', KEYS[3])
  if live ~= tonumber(at[4]) or skus ~= tonumber(at[5]) then
    return redis.error_reply('LOSTWRITES: a part of what was there at the checkpoint')
  end
end
if at[6] and at[6] == at[1] and redis.pcall('LLEN', KEYS[4]) ~= tonumber(at[7]) then
  return redis.error_reply('LOSTWRITES: a part of the list of finished orders')
end
if ARGV[3] then
  local all = redis.call('ZREVRANGEBYSCORE', KEYS[5], ARGV[3], '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[4])
  for i = 1, #all, 2 do all[i], all[i + 1] = all[i + 1] .. ' ', all[i] .. '\n' end
  return #all > 0 and table.concat(all)
end
local documents = {}
for i = 5, #KEYS do
  local document = redis.pcall('GET', KEYS[i])
  if not document and redis.call('SISMEMBER', KEYS[2], string.sub(KEYS[i], 12)) == 1 then
    document = redis.error_reply('LOSTWRITES: the document of an unfinished order')
  end
  documents[i - 4] = document
end
return documents
)lua";

static_assert(order_key_prefix.size() == 11, "string.sub in the script above");

/// All but the keys that come behind the usual four, and what stands behind the offsets.
Writer begin(std::size_t more_keys, std::size_t more_arguments, std::string& out) {
  Writer to(out);
  to.array(3 + 4 + more_keys + 2 + more_arguments);
  to.text("EVAL");
  to.text(find_script);
  to.unsigned_number(4 + more_keys);
  for (const std::string_view key : {checkpoint_key, live_key, stock_key, recent_key}) to.text(key);
  return to;
}

}  // namespace

void format_find(std::span<const saga::OrderId> ids, const Reach& reach, std::string& out) {
  Writer to = begin(ids.size(), 0, out);
  for (const saga::OrderId& id : ids) to.order_key(id);
  to.number(reach.reached);
  to.number(reach.reaching);
}

void format_find_reference(std::string_view reference, std::uint64_t before, std::size_t limit,
                           const Reach& reach, std::string& out) {
  Writer to = begin(1, 2, out);
  to.reference_key(reference);
  to.number(reach.reached);
  to.number(reach.reaching);
  to.text(before == UINT64_MAX ? "+inf" : "(" + std::to_string(before));
  to.unsigned_number(limit);
}

}  // namespace redis
