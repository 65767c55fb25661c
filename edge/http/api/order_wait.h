// A request that waits for an order: for Redis to say what it knows of it, then for the ack of an event. It
// is what placing an order has in common with cancelling one and sending one on.
//
//   looking ─▶ (answered, or) attached to the record ─▶ answered at an ack, or when the time is up
//
// Thread: the reactor's. Invariants: it answers its exchange once, or is abandoned, and then gives itself
// back; while it is attached to a record, that record is live (it detaches at the latest at the last event).
#pragma once

#include "edge/http/api/lookup.h"
#include "edge/http/wire/pipeline.h"
#include "engine/tape/event.h"
#include "engine/tape/record.h"

namespace http {

class OrderWait : public Lookup, public Pending, public tape::Waiter, public runtime::Timer {
 public:
  OrderWait(engine::Store& store, edge::Reactor& reactor, engine::Duration lookup_deadline)
      : Lookup(store, reactor, lookup_deadline), reactor_(reactor) {}

  bool active() const { return exchange_ != nullptr; }
  /// Without waiting any longer: it is answered by whoever calls this.
  Exchange& release();
  /// This engine has been replaced: nothing more will be acked.
  void answer_unknown();

 protected:
  void begin(Exchange& exchange);
  /// So many bytes are kept until it is released.
  void hold(std::size_t bytes) { exchange_->hold(bytes); }
  void attach(tape::Record& record);

  edge::Reactor& reactor_;
  tape::Record* record_ = nullptr;

 private:
  virtual void given_back() = 0;
  void abandoned() final { release(); }

  Exchange* exchange_ = nullptr;
};

}  // namespace http
