// An order's last mail once more, because somebody asks for it: a finished order becomes a live one again for
// the time of MailRequested and the mail that it leads to, and ends as what it was.
//
//   finished ─ its document ─▶ record ─▶ live ─▶ notification: MailRequested ─ acked ─▶ mail backlog ─▶ …
//
// Whoever asks looks for the order where it is: among the live ones, then in memory's or the store's documents.
//
// Thread: the reactor's. Bounds: those of new orders, which such an order takes like one of them.
// Invariants: one mail at a time: as long as one is due, asking for it is answered by it.
#pragma once

#include <string_view>

#include "engine/codec/document_parser.h"
#include "engine/orders/dispatch.h"
#include "engine/orders/orders.h"

namespace orders {

class MailAgain {
 public:
  MailAgain(Orders& orders, Dispatch& dispatch) : orders_(orders), dispatch_(dispatch) {}

  enum class Answer : std::uint8_t {
    asked,       // `record` waits for the ack of MailRequested
    under_way,   // MailRequested is acked, its mail has neither gone nor been given up
    none_yet,    // the order has not ended: its first mail is still to come
    ending,      // it has ended a moment ago and the store has not got it yet: ask for its document
    refused,     // nothing is taken in: `refusal`
    unreadable,  // the document is none of an order
  };
  struct Result {
    Answer answer;
    tape::Record* record = nullptr;
    saga::State status = saga::State::none;  // the order's
    Orders::Refusal refusal = Orders::Refusal::none;
  };
  /// Of a live order, OrderPlaced acked.
  Result ask(tape::Record& live);
  /// Of one that is not live: `document` is the last that memory or the store has of it. `by`: who asks.
  Result ask(std::string_view document, std::string_view by);

 private:
  Orders& orders_;
  Dispatch& dispatch_;
  codec::DocumentParser documents_;
};

}  // namespace orders
