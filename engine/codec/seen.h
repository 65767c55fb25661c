// What this engine alone has seen of an order, behind the public part of its document: it is no event's, so neither the
// topic nor Redis has it, and it goes with the order's place in memory.
//
//   ,"acked":[{"step":1,"at":"…"}]                              when each acked step was acknowledged
//   ,"calls":[{"handler":"payment","turn":"payment.charge",     of each turn done outside the last call that has ended:
//              "key":"<orderId>.payment.charge","attempts":2,   how many there were, or none over the topic,
//              "answer":"PaymentConfirmed","at":"…"}]           and what it came to, if that is acked
//
// Thread: the reactor's.
#pragma once

#include <string>

#include "engine/tape/record.h"

namespace codec {

/// Appends these members, each only if there is something in it.
void render_seen(const tape::Record& record, std::string& out);

}  // namespace codec
