// A handler's participant over HTTP, as the core knows it: the client, and the handler's inbox as where its outcomes go.
//
// Thread: as the client's; its answers are pushed on the client's own thread, the one producer that it is.
#pragma once

#include "edge/participants/client.h"
#include "engine/orders/inboxes.h"

namespace participants {

class HttpParticipant final : public engine::Participant {
 public:
  HttpParticipant(Settings settings, orders::TaskInbox& answers);

  bool ask(Call call) override { return client.ask(std::move(call)); }
  bool withdraw(std::uint64_t id) override { return client.withdraw(id); }

 private:
  orders::TaskInbox::Producer answers_;

 public:
  Client client;  // ends before the inbox is let go
};

/// What the core is told of an outcome.
tape::Answer answer_of(Outcome&& outcome);

}  // namespace participants
