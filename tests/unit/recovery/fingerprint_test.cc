#include "engine/recovery/fingerprint.h"

#include "tests/catch.h"

using recovery::compare_fingerprint;
using recovery::fingerprint;

TEST_CASE("a checkpoint is of a log with the same topic and the same prefix") {
  for (const std::string prefix : {"", "shop.", "com.example."}) {
    const std::string found = fingerprint("orders", prefix);
    REQUIRE(compare_fingerprint(found, "orders", prefix) == "");
    const std::string other = compare_fingerprint(found, "orders", "other.");
    REQUIRE(other.find("events.type_prefix \"" + prefix + "\", and it is \"other.\" now") !=
            std::string::npos);
    for (const std::string topic : {"order", "orders2", "stock"})
      REQUIRE(compare_fingerprint(found, topic, prefix).find("\"" + topic + "/0\"") != std::string::npos);
  }
}

TEST_CASE("the fingerprint of an earlier version says topic and partition only") {
  REQUIRE(compare_fingerprint("orders/0", "orders", "shop.") == "");
  REQUIRE(compare_fingerprint("orders/0", "stock", "shop.").find("\"orders/0\"") != std::string::npos);
  REQUIRE(compare_fingerprint("", "orders", "shop.") == "");  // nothing is known
}
