// The start (architecture.md, Start and recovery): what can go wrong here ends with a sentence.
#include <chrono>
#include <utility>

#include "engine/recovery/fingerprint.h"
#include "handlers/life_cycle.h"

namespace handlers {
namespace {

using Kind = engine::Setback::Kind;

constexpr engine::Duration progress_pause = std::chrono::seconds{2};  // between two lines about it

}  // namespace

int LifeCycle::begin() {
  Result started = start();
  if (started.ok()) return 1;
  const Setback setback = std::move(started).error();
  if (const auto lost = host_.lost_neighbour()) return end(clock_.now(), {false, lost->kind, lost->text});
  if (stopping_ && has_served_) {
    // What had been under way before a start that begins again is not at rest.
    return end(clock_.now(),
               {false, Kind::failed,
                "told to stop while it started again: the next start takes up what was under way"});
  }
  if (stopping_)
    return end(clock_.now(), {true, Kind::told_to_stop, "told to stop before there was anything to drain"});
  if (setback.kind != Kind::moved) return end(clock_.now(), {false, setback.kind, setback.text});
  host_.say(Tone::warning, setback.text);
  host_.drop();
  return 1;
}

LifeCycle::Result LifeCycle::start() {
  reach(Phase::starting);
  if (Result begun = host_.begin(); !begun.ok()) return begun;
  const auto told_to_stop = [this] { return stopping(); };
  if (Result ours = host_.stand_by(told_to_stop,
                                   [this](const std::string& owner) {
                                     {
                                       const std::lock_guard lock(owner_mutex_);
                                       owner_ = owner;
                                     }
                                     reach(Phase::standby);
                                   });
      !ours.ok())
    return ours;
  reach(Phase::reading_redis);
  if (Result connected = host_.connect(told_to_stop); !connected.ok()) return connected;
  engine::LogBegin begin;
  tape::Offset requests = 0;
  if (Result read = read_redis(begin, requests); !read.ok()) return read;
  const std::string opening_id = settings_.new_opening_id();
  reach(Phase::opening_log);
  if (Result opened = open_log(begin, opening_id); !opened.ok()) return opened;
  reach(Phase::replaying);
  recovery::Replay replay(
      {.topic = settings_.topic,
       .type_prefix = settings_.type_prefix,
       .engine_id = settings_.engine_id,
       .epoch = epoch_,
       .opening_id = opening_id,
       .keep = settings_.keep,
       .patience = settings_.patience,
       .chunk_events = settings_.chunk_events,
       .progress = [this](tape::Offset offset) { read_up_to(offset); },
       .rebuilt =
           [this](const std::string& what) {
             host_.say(Tone::warning, "redis: a part of it is gone: " + what +
                                          "; everything is rebuilt from the beginning of the topic");
           },
       .unlisted =
           [this](const std::string& what) {
             host_.say(Tone::warning, "redis: the list of finished orders is not whole: " + what +
                                          "; the topic has been trimmed, so it stays short");
           },
       .unkept =
           [this](const saga::OrderId& id) {
             host_.say(Tone::warning, "order " + id.str() +
                                          ": its mail was asked for again, and Redis does not keep the "
                                          "order any more: passed over");
           },
       .told_to_stop = told_to_stop},
      host_.store(), host_.log());
  if (Result replayed = this->replay(replay); !replayed.ok()) return replayed;
  if (Result served = host_.serve({.checkpoint = {epoch_, epoch_, 0},
                                   .opening_id = opening_id,
                                   .found = replay.fold(),
                                   .recent = replay.recent(),
                                   .requests = requests});
      !served.ok())
    return served;
  partition_ = &host_.partition();
  partition_->orders.open_intake();
  has_served_ = true;
  reach(Phase::serving);
  host_.served();
  return {};
}

LifeCycle::Result LifeCycle::read_redis(engine::LogBegin& begin, tape::Offset& requests) {
  const auto stored = host_.store().load();
  if (!stored) return Setback{Kind::unreachable, host_.store().error()};
  if (!stored->refusal.empty()) return Setback{Kind::wrong_setting, "redis: " + stored->refusal};
  if (!settings_.store_forgets) {
    for (const std::string& warning : stored->warnings) host_.say(Tone::warning, "redis: " + warning);
  }
  if (stored->checkpoint.offset >= 0) {  // before anything is written
    if (std::string wrong =
            recovery::compare_fingerprint(stored->fingerprint, settings_.topic, settings_.type_prefix);
        !wrong.empty())
      return Setback{Kind::do_not_belong_together, std::move(wrong)};
  }
  begin = {stored->checkpoint, stored->opening};
  requests = stored->requests;
  return {};
}

LifeCycle::Result LifeCycle::open_log(const engine::LogBegin& begin, const std::string& opening_id) {
  engine::StartLog::Opening opening =
      host_.log().open({.opening_id = opening_id,
                        .begin = begin,
                        .at = clock_.shown(),
                        .progress = [this](tape::Offset offset) { read_up_to(offset); },
                        .told_to_stop = [this] { return stopping(); }});
  for (const std::string& warning : opening.warnings) host_.say(Tone::warning, "kafka: " + warning);
  epoch_ = opening.epoch;
  return std::move(opening.result);
}

/// From the fence to the state at our EpochStarted.
LifeCycle::Result LifeCycle::replay(recovery::Replay& replay) {
  const auto begin = std::chrono::steady_clock::now();
  Result result = replay.run();
  if (!result.ok()) return result;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const recovery::Fold& fold = replay.fold();
  host_.say(Tone::info, "the log is replayed",
            {{"events", fold.events()},
             {"orders_from_redis", replay.loaded()},
             {"orders_under_way", fold.under_way()},
             {"seconds", seconds},
             {"events_a_second", static_cast<std::uint64_t>(static_cast<double>(fold.events()) / seconds)}});
  if (Result listed = replay.load_recent(); !listed.ok()) return listed;
  if (!replay.recent().cut.empty()) {
    host_.say(Tone::warning,
              "redis: not all of the orders that have ended are listed: " + replay.recent().cut,
              {{"listed", replay.recent().oldest_first.size()}});
  }
  return {};
}

void LifeCycle::read_up_to(tape::Offset offset) {
  offset_.store(offset, std::memory_order_relaxed);
  const runtime::Time now = clock_.now();
  if (now < progress_told_at_ + progress_pause) return;
  progress_told_at_ = now;
  host_.say(Tone::info, text());
}

}  // namespace handlers
