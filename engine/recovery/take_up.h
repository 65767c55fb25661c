// The last step of a start: what the fold has left goes back to those who hold it, as if they had never let
// go. Thread: the reactor's, or main's before the workers run.
#pragma once

#include "engine/orders/dispatch.h"
#include "engine/orders/mail_backlog.h"
#include "engine/orders/orders.h"
#include "engine/recovery/fold.h"
#include "engine/time.h"

namespace recovery {

/// All of the fold is written. Every unfinished order becomes live, and its token goes to whom the table
/// names.
void take_up(Fold& fold, orders::Orders& orders, orders::Dispatch& dispatch, orders::MailBacklog& mails,
             engine::Time now);

}  // namespace recovery
