// Reading the indexes of references whole, and looking up who should be in them.
#include <algorithm>
#include <string>
#include <vector>

#include "edge/redis/batch_script.h"
#include "edge/redis/reply.h"
#include "edge/redis/start.h"
#include "engine/limits.h"

namespace redis {
namespace {

constexpr std::size_t at_once = 500;
static_assert(engine::limits::reference_orders == 1'000, "ZCARD in the script below");

// KEYS: indexes. The entries of all, as key, id, serial.
constexpr std::string_view entries_script = R"lua(
local all = {}
for _, key in ipairs(KEYS) do
  local entries = redis.pcall('ZRANGE', key, 0, -1, 'WITHSCORES')
  for i = 1, #entries, 2 do
    all[#all + 1], all[#all + 2], all[#all + 3] = key, entries[i], entries[i + 1]
  end
end
return all
)lua";

// KEYS: of each order the index. ARGV: of each its id and its serial. Which of them are not there, from 1; an index that is
// full has the newest only.
constexpr std::string_view missing_script = R"lua(
local missing = {}
for i, key in ipairs(KEYS) do
  local id, serial = ARGV[2 * i - 1], tonumber(ARGV[2 * i])
  local score = redis.pcall('ZSCORE', key, id)
  if type(score) ~= 'string' or tonumber(score) ~= serial then
    local oldest = redis.pcall('ZRANGE', key, 0, 0, 'WITHSCORES')
    local pushed_out = not score and redis.pcall('ZCARD', key) == 1000 and tonumber(oldest[2]) > serial
    if not pushed_out then missing[#missing + 1] = i end
  end
end
return missing
)lua";

std::string evaluate(std::string_view script, const std::vector<std::string>& keys,
                     const std::vector<std::string>& arguments) {
  const std::string count = std::to_string(keys.size());
  std::vector<std::string_view> command{"EVAL", script, count};
  command.insert(command.end(), keys.begin(), keys.end());
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::string formatted;
  format_command(command, formatted);
  return formatted;
}

}  // namespace

std::optional<std::int64_t> Start::load_indexed_from() {
  const Reply at = ask({"HMGET", checkpoint_key, "offset", "indexed", "indexed_from"});
  if (!at) return std::nullopt;
  const std::int64_t offset = number_of(*at->element[0], -1);
  if (offset < 0) return -1;
  return number_of(*at->element[1], -1) == offset ? number_of(*at->element[2], INT64_MAX) : INT64_MAX;
}

bool Start::load_references(const TakeReference& take) {
  const std::string pattern = std::string{reference_key_prefix} + "*";
  std::string cursor = "0";
  do {
    const Reply part = ask({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
    if (!part) return false;
    cursor = text_of(*part->element[0]);
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < part->element[1]->elements; ++i)
      keys.emplace_back(text_of(*part->element[1]->element[i]));
    if (keys.empty()) continue;
    const Reply entries = send(evaluate(entries_script, keys, {}));
    if (!entries) return false;
    std::vector<Reference> read;
    std::vector<std::string_view> ids;
    for (std::size_t i = 0; i + 2 < entries->elements; i += 3) {
      const std::string_view id = text_of(*entries->element[i + 1]);
      const auto parsed = saga::OrderId::parse(id);
      if (!parsed) continue;  // nobody finds anything by it
      read.push_back({text_of(*entries->element[i]).substr(reference_key_prefix.size()), *parsed,
                      unsigned_of(*entries->element[i + 2]).value_or(UINT64_MAX)});
      ids.push_back(id);
    }
    auto next = read.begin();
    if (!load_documents(ids, [&](std::string_view, std::optional<std::string_view> document) {
          take(*next++, document);
          return true;
        }))
      return false;
  } while (cursor != "0");
  return true;
}

bool Start::find_missing(std::span<const Reference> references,
                         const std::function<void(std::size_t index)>& missing) {
  for (std::size_t begin = 0; begin < references.size(); begin += at_once) {
    std::vector<std::string> keys, arguments;
    for (const Reference& one : references.subspan(begin, std::min(at_once, references.size() - begin))) {
      keys.push_back(std::string{reference_key_prefix}.append(one.reference));
      arguments.push_back(one.id.str());
      arguments.push_back(std::to_string(one.serial));
    }
    const Reply found = send(evaluate(missing_script, keys, arguments));
    if (!found) return false;
    for (std::size_t i = 0; i < found->elements; ++i)
      missing(begin + static_cast<std::size_t>(found->element[i]->integer) - 1);
  }
  return true;
}

}  // namespace redis
