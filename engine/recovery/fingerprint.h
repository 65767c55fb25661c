// What must not change between two starts on one Redis: the topic, its partition, and the prefix of its
// events' types, for an event with another one cannot be read. It stands beside the checkpoint and says which
// log that is a place of. Earlier versions wrote topic and partition only. Thread: any; nothing here has
// state.
#pragma once

#include <string>
#include <string_view>

namespace recovery {

std::string fingerprint(std::string_view topic, std::string_view type_prefix);

/// What is wrong, with both values, and what to do. Empty: the checkpoint with the fingerprint `found` is of
/// this log, as far as it says.
std::string compare_fingerprint(std::string_view found, std::string_view topic, std::string_view type_prefix);

}  // namespace recovery
