// A live order as everybody may see it, alone and in the listing: the public part of its document, and, while it waits for
// another attempt at its step, who keeps it and how many came to nothing: "retrying":{"handler":"payment",
// "attempts":3}. That is not an event: Redis and the finished orders do not have it. Thread: the reactor's.
#pragma once

#include <string>

#include "engine/tape/record.h"

namespace desk {

std::string live_order(const tape::Record& record);

}  // namespace desk
