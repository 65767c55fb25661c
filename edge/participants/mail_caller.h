// The mailer of a shop that tells its customers itself: each mail is a call, notification.send, and its answer goes back as
// the mail pool's would.
//
//   notification ──submit()──▶ Client ──▶ the participant
//        ▲                        │
//        └── inbox: mail_result ◀─┘
//
//   NotificationSent      sent           never reached, or ours to mend    away
//   NotificationFailed    refused        202                               later
//                                        everything else                   transient: asked again with the same key
// Retry-After is heard of each that is asked again.
//
// A mail that is asked for again is another effect: its step stands behind the key.
//
// Thread: as the client's; submit() by notification's. Invariants: every mail gets one result, but for those that
// stop() cuts off. Bounds: as the client's; what it does not take is away.
#pragma once

#include "edge/participants/client.h"
#include "engine/codec/cloud_event.h"
#include "engine/orders/inboxes.h"
#include "engine/ports.h"

namespace participants {

class MailCaller final : public engine::Mailer {
 public:
  /// Of notification's inbox: the client's thread, and submit()'s for what is not taken.
  static constexpr std::size_t producers = 2;

  MailCaller(Settings settings, const codec::CloudEvents& events, orders::TaskInbox& notification);

  void submit(const engine::Mail& mail) override;

 private:
  void heard(Outcome&& outcome);

  const codec::CloudEvents& events_;
  orders::TaskInbox::Producer answers_;  // the client's
  orders::TaskInbox::Producer refused_;  // submit()'s

 public:
  Client client;  // ends before the inbox is let go
};

}  // namespace participants
