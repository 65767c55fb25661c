// Rules for the built-in simulated providers, for trying things out and for tests. What they say about an
// order follows from the order alone, so that the same call in any attempt or engine has the same answer;
// only whether a call comes through at all differs from attempt to attempt. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/saga/order.h"
#include "engine/tape/record.h"
#include "engine/time.h"

namespace handlers {

struct PaymentRules {
  std::int64_t decline_over = -1;  // in ten-thousandths of a currency unit; negative: no such rule
  std::string decline_email;       // a pattern; empty: no such rule
  double decline_rate = 0;
  double transient_rate = 0;         // of charges that do not come through
  double refund_transient_rate = 0;  // the same of refunds
  engine::Duration latency{};        // of each call
  const bool* away = nullptr;        // while it says true, no call comes through
};

struct ShippingRules {
  std::string fail_sku;  // a pattern; empty: no such rule
  double fail_rate = 0;
  double transient_rate = 0;
  engine::Duration latency{};
  const bool* away = nullptr;
  bool operator==(const ShippingRules&) const = default;
};

bool declines(const PaymentRules& rules, const saga::Order& order);
bool fails(const ShippingRules& rules, const saga::Order& order);

/// Whether this attempt of the record's present step does not come through.
bool fails_now(const PaymentRules& rules, const tape::Record& record);
bool refund_fails_now(const PaymentRules& rules, const tape::Record& record);
bool fails_now(const ShippingRules& rules, const tape::Record& record);

/// "1000.00" as decline_over has it: every currency's digits fit in. -1: it is no such amount, or too large.
std::int64_t ten_thousandths(std::string_view money);

/// Whether `text` is what `pattern` says: `*` stands for any characters, everything else for itself.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace handlers
