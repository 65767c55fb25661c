// One question to the store for an order that is not in memory, with its deadline. Whoever asks for a client
// derives from this. Thread: the reactor's.
#pragma once

#include <string_view>

#include "edge/reactor.h"
#include "engine/ports.h"

namespace http {

class Lookup : public engine::Store::DocumentListener {
 public:
  Lookup(engine::Store& store, edge::Reactor& reactor, engine::Duration deadline)
      : store_(store), reactor_(reactor), deadline_(deadline), timeout_(*this) {}

  bool looking() const { return timeout_.armed(); }

 protected:
  void look_up(const saga::OrderId& id) {
    reactor_.timers().arm(timeout_, reactor_.now() + deadline_);
    store_.find(id, *this);
  }
  /// The answer is not wanted any more.
  void stop_looking() {
    if (!looking()) return;
    reactor_.timers().cancel(timeout_);
    store_.forget(*this);
  }
  virtual void looked_up(Found found, std::string_view document) = 0;

 private:
  struct Timeout final : runtime::Timer {
    explicit Timeout(Lookup& the_lookup) : lookup(the_lookup) {}
    void fire(engine::Time) override {
      lookup.store_.forget(lookup);
      lookup.looked_up(Found::unavailable, {});
    }
    Lookup& lookup;
  };

  void found(Found found, std::string_view document) final {
    reactor_.timers().cancel(timeout_);
    looked_up(found, document);
  }

  engine::Store& store_;
  edge::Reactor& reactor_;
  const engine::Duration deadline_;
  Timeout timeout_;
};

}  // namespace http
