// The way to a provider: while the provider is away, no call comes through; else the real handler decides.
#pragma once

#include "handlers/handler.h"

namespace sim {

class Provider final : public handlers::Handler {
 public:
  Provider(handlers::Handler& behind, const bool& away) : behind_(behind), away_(away) {}

  saga::HandlerId id() const override { return behind_.id(); }
  handlers::Outcome handle(const tape::Task& task, engine::Time now) override {
    return away_ ? handlers::Outcome::transient() : behind_.handle(task, now);
  }
  engine::Duration latency() const override { return behind_.latency(); }
  handlers::Decision given_up(const tape::Record& record, saga::Reason why) const override {
    return behind_.given_up(record, why);
  }

 private:
  handlers::Handler& behind_;
  const bool& away_;
};

}  // namespace sim
