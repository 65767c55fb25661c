// A live order as everybody may see it, alone and in the listing: the public part of its document, and what is no event
// and so is neither in Redis nor with the finished orders:
//
//   "acked":[…],"calls":[…]                             what this engine has seen (codec/seen.h)
//   "retrying":{"handler":"payment","attempts":3,"of":9,"nextAttempt":…,"error":"503: …"}
//                                                       it waits for another attempt at its step; what is not known is
//                                                       absent, of an undo there is no "of"
//   "parked":{"handler":"payment","attempts":7,"reason":"deadline","error":"503: …"}
//                                                       it waits for a person
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
/// One that has ended: of its document the public part, and what this engine has seen of it, if it did.
std::string ended_order(std::string_view document, std::string_view seen);

}  // namespace desk
