// The mails of an order as they were sent, or are to be, rendered again: the same bytes (message.h). For people who look
// what a customer was told.
// Invariants: only what is acked is in it. Thread: the reactor's, of a record that it may read; pure.
#pragma once

#include <string>

#include "edge/smtp/message.h"
#include "engine/tape/record.h"

namespace smtp {

/// {"data":[{"step":5,"template":"shipping-confirmation","at":…,"messageId":…,"from":…,"to":…,"message":…}]}: a mail for
/// each step that made one due, the first first; of those that were asked for more than twice, the first and the last.
std::string render_mail_list(const tape::Record& record, const Sender& sender);

}  // namespace smtp
