// The `data` of each kind of event, as contract.md has it, written at the cursor into measured memory. It is
// made of what is constant in the order and of what only this event's step wrote, so it is the same whenever
// it is rendered.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/tape/event.h"

namespace codec {

/// `mail_domain` is escaped already.
std::size_t data_bytes_max(const tape::Event& event, std::string_view mail_domain);
char* put_data(char* to, const tape::Event& event, std::string_view mail_domain);

}  // namespace codec
