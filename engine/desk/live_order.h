// A live order as everybody may see it, alone and in the listing: the public part of its document, and what is no event
// and so is neither in Redis nor with the finished orders:
//
//   "retrying":{"handler":"payment","attempts":3}       it waits for another attempt at its step
//   "waiting":{"handler":"payment","key":"<orderId>.payment.charge","since":…,"until":…,"action":{…}}
//                                                       its turn is done outside; the last two as they said them who
//                                                       answer later
// Thread: the reactor's.
#pragma once

#include <string>

#include "engine/desk/dependencies.h"
#include "engine/tape/record.h"

namespace desk {

std::string live_order(const tape::Record& record, const Dependencies& with);

}  // namespace desk
