// The wait before the start: as long as another engine renews its lease, this one stands by.
#include "edge/app/app.h"
#include "edge/app/signals.h"

namespace edge {

using namespace std::chrono_literals;
using Kind = engine::Setback::Kind;

App::Result App::stand_by(const ToldToStop& told_to_stop, const Owner& behind) {
  // Begun once more it has the lease already, unless another engine has taken it: that one is not fought.
  if (owner_ && !owner_->lost()) return {};
  const bool seize = takeover_ && !owner_;
  // Reaching Redis at all has its own deadline and its own words.
  redis::Start redis;
  if (Result connected = connect_redis(redis, told_to_stop); !connected.ok()) return connected;

  owner_.emplace(redis_url_, engine_id_, kafka_settings_.topic, [this](std::string_view other) {
    log_.warn("engine {} owns the topic now; this one ends as soon as its events show that it was replaced",
              other);
  });
  std::string owned_by;
  engine::Time answered_at = clock_.now();
  std::optional<engine::Time> gone_since;  // the lease we stand by for
  for (;;) {
    const bool free = owned_by.empty() || (gone_since && clock_.now() - *gone_since >= redis::Lease::grace);
    switch (seize ? owner_->seize() : free ? owner_->take() : owner_->look()) {
      case redis::Lease::Holder::ours:
        if (!owned_by.empty()) log_.info("standby: engine {} has gone; this one takes over", owned_by);
        owner_->keep();
        return {};
      case redis::Lease::Holder::other: {
        answered_at = clock_.now();
        gone_since.reset();
        if (owned_by == owner_->other()) break;
        log_.info("standby: engine {} owns the topic; waiting until it has gone", owner_->other());
        behind(owned_by = owner_->other());
        break;
      }
      case redis::Lease::Holder::other_topic:
        return engine::Setback{Kind::do_not_belong_together,
                               "Redis at " + redis_url_.shown() + " is in use for another topic: engine " +
                                   owner_->other() + " owns \"" + owner_->topic() +
                                   "\", and kafka.topic is \"" + kafka_settings_.topic +
                                   "\". Each topic needs a Redis, or a database of one, of its own"};
      case redis::Lease::Holder::nobody:
        answered_at = clock_.now();
        if (!gone_since) gone_since = answered_at;
        break;
      case redis::Lease::Holder::unknown:
        gone_since.reset();
        if (clock_.now() - answered_at < config_.redis.start_deadline) break;
        return engine::Setback{Kind::unreachable,
                               "Redis at " + redis_url_.shown() +
                                   " does not say which engine owns the topic: " + owner_->error()};
    }
    if (told_to_stop())
      return engine::Setback{Kind::told_to_stop, "told to stop before the topic was opened"};
    signalled_ = edge::told_to_stop(200ms) || signalled_;
  }
}

}  // namespace edge
