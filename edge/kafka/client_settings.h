// Which of librdkafka's settings `[kafka] client` may name, and what librdkafka itself says of their values.
//
// A list of what is allowed, not of what is not: how to reach and trust the brokers, and how much is fetched
// and sent at once. What is left out would change acknowledgements, order, delivery reports, partitions or
// offsets, or would do nothing here (consumer groups, transactions, callbacks, the mock cluster).
//
// Thread: any. check() makes two clients without brokers and takes them down again: some milliseconds, and no
// connection.
#pragma once

#include <string>
#include <vector>

#include "edge/kafka/settings.h"

namespace kafka {

struct WrongPair {
  std::string name;      // empty: each is good, and together they are not
  std::string what;      // never the value, which may be a secret
  bool unknown = false;  // librdkafka has no such setting
};

/// Empty text: a pair that is taken.
WrongPair check_pair(const std::string& name, const std::string& value);

/// Everything that is wrong with `settings.client`; nothing: Client::create() succeeds.
std::vector<WrongPair> check(const Settings& settings);

/// Every setting that this librdkafka has.
std::vector<std::string> known_names();

}  // namespace kafka
