// The start procedure (architecture.md, Start and recovery): what can go wrong here ends with a sentence and
// an exit code.
//
//   embedded neighbours ─▶ front ─▶ checkpoint ─▶ EpochStarted, epoch ─▶ fence ─▶ load, fold ─▶ hand over
#include <fmt/format.h>

#include "edge/app/app.h"
#include "edge/app/not_connected.h"
#include "edge/app/settings.h"

namespace edge {

using namespace std::chrono_literals;

namespace {

constexpr engine::Duration progress_pause = 2s;  // between two lines about it

Refusal refusal_of(const engine::Setback& setback) {
  using Kind = engine::Setback::Kind;
  switch (setback.kind) {
    case Kind::unreachable:
      return {ExitCode::service_missing, setback.text};
    case Kind::do_not_belong_together:
      return {ExitCode::do_not_belong_together, setback.text};
    case Kind::replaced:
      return {ExitCode::replaced, setback.text};
    case Kind::wrong_setting:
      return {ExitCode::bad_configuration, setback.text};
    case Kind::failed:
    case Kind::told_to_stop:
      return {ExitCode::failure, setback.text};
    case Kind::moved:
      return {ExitCode::failure, setback.text, true};
  }
  return {ExitCode::failure, setback.text};
}

}  // namespace

Started App::start_embedded() {
  if (dev_ && config_.redis.url.value.empty()) {
    if (!embedded_redis_.start(10s)) return Refusal{ExitCode::service_missing, embedded_redis_.error()};
  }
  if (dev_ && config_.kafka.brokers.empty()) {
    if (auto started = mock_cluster_.start(config_.kafka.topic); !started.ok()) {
      return Refusal{ExitCode::service_missing, std::move(started).error()};
    }
    kafka_settings_.brokers = mock_cluster_.brokers();
    kafka_settings_.embedded = true;
  }
  const bool embedded = config_.redis.url.value.empty();
  redis::UrlParse url = embedded ? redis::parse_url(embedded_redis_.url()) : redis_url(config_);
  if (!url.error.empty()) return Refusal{ExitCode::bad_configuration, "redis.url: " + url.error};
  redis_url_ = std::move(url.url);
  return std::nullopt;
}

Started App::start() {
  reach(Stage::starting);
  http::Settings http = http_settings(config_);
  if (port_ != 0) http.port = port_;
  assembly_.emplace(Assembly::Surroundings{.config = config_,
                                           .dev = dev_,
                                           .clock = clock_,
                                           .log = log_,
                                           .redis_url = redis_url_,
                                           .mail = mail_settings(config_, data_, &log_),
                                           .http = std::move(http),
                                           .brought_along = brought_along_,
                                           .readiness = [this] { return readiness(); }});
  if (Started refused = assembly_->start_front()) return refused;
  port_ = assembly_->server.port();
  // Begun once more it has the lease already, unless another engine has taken it: that one is not fought.
  if (!owner_ || owner_->lost()) {
    if (Started refused = stand_by(takeover_ && !owner_)) return refused;
  }
  reach(Stage::reading_redis);
  redis::Start redis;
  if (!redis.connect(redis_url_, config_.redis.start_deadline, [this] { return stopping(); }))
    return not_connected(redis);
  const auto stored = redis.load();
  if (!stored) return Refusal{ExitCode::service_missing, redis.error()};
  if (!stored->refusal.empty()) return Refusal{ExitCode::bad_configuration, "redis: " + stored->refusal};
  // The child Redis of --dev keeps nothing, knowingly.
  if (!config_.redis.url.value.empty())
    for (const std::string& warning : stored->warnings) log_.warn("redis: {}", warning);
  if (stored->checkpoint.offset >= 0) {  // before anything is written
    if (std::string wrong = recovery::compare_fingerprint(stored->fingerprint, kafka_settings_.topic,
                                                          config_.events.type_prefix);
        !wrong.empty())
      return Refusal{ExitCode::do_not_belong_together, std::move(wrong)};
  }

  const std::string opening_id = new_uuid(clock_.shown());
  if (Started refused = open_log({stored->checkpoint, stored->opening}, opening_id)) return refused;
  return take_up(redis, opening_id);
}

Started App::open_log(const engine::LogBegin& begin, const std::string& opening_id) {
  reach(Stage::opening_log);
  assembly_->log.emplace(kafka_settings_, events_, engine_id_, assembly_->workers.parker_of("journal"),
                         clock_.wall());
  const engine::StartLog::Opening opening =
      assembly_->log->open({.opening_id = opening_id,
                            .begin = begin,
                            .at = clock_.shown(),
                            .progress = [this](tape::Offset offset) { read_up_to(offset); },
                            .told_to_stop = [this] { return stopping(); }});
  for (const std::string& warning : opening.warnings) log_.warn("kafka: {}", warning);
  if (!opening.result.ok()) return refusal_of(opening.result.error());
  epoch_ = opening.epoch;
  return std::nullopt;
}

void App::read_up_to(tape::Offset offset) {
  offset_.store(offset, std::memory_order_relaxed);
  const engine::Time now = clock_.now();
  if (now < progress_told_at_ + progress_pause) return;
  progress_told_at_ = now;
  log_.info("{}", readiness().stage);
}

/// From the fence to the state at our EpochStarted.
Started App::replay(recovery::Replay& replay) {
  reach(Stage::replaying);
  const auto begin = std::chrono::steady_clock::now();
  const auto result = replay.run();
  recovery::Fold& fold = replay.fold();
  if (!result.ok()) return refusal_of(result.error());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  log_.info("the log is replayed",
            {{"events", fold.events()},
             {"orders from redis", replay.loaded()},
             {"orders under way", fold.under_way()},
             {"seconds", fmt::format("{:.3f}", seconds)},
             {"events a second", static_cast<std::uint64_t>(static_cast<double>(fold.events()) / seconds)}});
  return std::nullopt;
}

Started App::take_up(redis::Start& redis, const std::string& opening_id) {
  recovery::Replay replay(
      {.topic = kafka_settings_.topic,
       .type_prefix = config_.events.type_prefix,
       .engine_id = engine_id_,
       .epoch = epoch_,
       .opening_id = opening_id,
       .keep = config_.orders.keep,
       .patience = kafka_settings_.start_deadline,
       .progress = [this](tape::Offset offset) { read_up_to(offset); },
       .rebuilt =
           [this](const std::string& what) {
             log_.warn(
                 "redis: a part of it is gone: {}; everything is rebuilt from the beginning of the topic",
                 what);
           },
       .told_to_stop = [this] { return stopping(); }},
      redis, *assembly_->log);
  if (Started refused = this->replay(replay)) return refused;
  recovery::Fold& fold = replay.fold();
  if (fold.under_way() > assembly_->partition.capacity) {
    // Redis has all of it now, so doing it again with more room takes no time.
    brought_along_ = fold.under_way();
    return Refusal{
        ExitCode::failure,
        fmt::format("{} orders are under way, more than [orders] live: they are taken up all the same, "
                    "and new ones wait until enough of them have ended",
                    brought_along_),
        true};
  }
  assembly_->workers.stop();  // the front's: what follows is the reactor's
  assembly_->redis.stands_at(epoch_);
  assembly_->partition.open(assembly_->log->producer(), events_, {epoch_, epoch_, 0}, opening_id);
  assembly_->partition.take_up(fold, clock_.now());
  return std::nullopt;
}

}  // namespace edge
