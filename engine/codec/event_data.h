// Writes the `data` of each kind of event, as contract.md has it, at the cursor into memory that was measured
// before. It depends only on what is constant in the order and on what this event's step wrote, so it is the
// same bytes whenever it is rendered.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/saga/order.h"
#include "engine/tape/event.h"

namespace codec {

/// Who asked, as `by` says it, where no token names them: then the shop is alone with the engine, and speaks for its
/// customer.
inline constexpr std::string_view nobody_named = "customer";

/// `mail_domain` is escaped already.
std::size_t data_bytes_max(const tape::Event& event, std::string_view mail_domain);
char* put_data(char* to, const tape::Event& event, std::string_view mail_domain);

/// The order as OrderPlaced says it: at most Record::json_bytes_max.
char* put_order(char* to, const saga::Order& order);

}  // namespace codec
