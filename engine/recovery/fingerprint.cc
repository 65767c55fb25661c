#include "engine/recovery/fingerprint.h"

namespace recovery {
namespace {

constexpr std::string_view partition = "/0";  // no topic has a slash in its name
constexpr std::string_view before_prefix = " type_prefix=";

std::string in_quotes(std::string_view text) { return '"' + std::string{text} + '"'; }

}  // namespace

std::string fingerprint(std::string_view topic, std::string_view type_prefix) {
  return std::string{topic}.append(partition).append(before_prefix).append(type_prefix);
}

std::string compare_fingerprint(std::string_view found, std::string_view topic,
                                std::string_view type_prefix) {
  if (found.empty()) return {};
  const std::string log = std::string{topic}.append(partition);
  if (!found.starts_with(log)) {
    return "what Redis holds came of the topic and partition " +
           in_quotes(found.substr(0, found.find(before_prefix))) + ", and kafka.topic makes it " +
           in_quotes(log) + ": point kafka.topic and redis.url at two that belong together";
  }
  found.remove_prefix(log.size());
  if (!found.starts_with(before_prefix)) return {};
  found.remove_prefix(before_prefix.size());
  if (found == type_prefix) return {};
  return "what Redis holds came of a log with events.type_prefix " + in_quotes(found) + ", and it is " +
         in_quotes(type_prefix) + " now: the events of that log could not be read any more. Set it to " +
         in_quotes(found) + ", or name an empty topic in kafka.topic and an empty Redis in redis.url";
}

}  // namespace recovery
