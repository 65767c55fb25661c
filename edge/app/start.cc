// The start of the engine up to an open log: what can go wrong here ends with a sentence and an exit code.
#include <fmt/format.h>

#include "edge/app/app.h"
#include "edge/app/settings.h"
#include "edge/web/page.h"

namespace edge {

using namespace std::chrono_literals;

App::Started App::start_embedded() {
  if (dev_ && config_.redis.url.value.empty()) {
    if (!embedded_redis_.start(10s)) return Refusal{ExitCode::service_missing, embedded_redis_.error()};
  }
  if (dev_ && config_.kafka.brokers.empty()) {
    if (std::string wrong = mock_cluster_.start(config_.kafka.topic); !wrong.empty()) {
      return Refusal{ExitCode::service_missing, std::move(wrong)};
    }
    kafka_settings_.brokers = mock_cluster_.brokers();
    kafka_settings_.embedded = true;
  }
  const bool embedded = config_.redis.url.value.empty();
  redis::UrlParse url = redis::parse_url(embedded ? embedded_redis_.url() : config_.redis.url.value);
  if (!url.error.empty()) return Refusal{ExitCode::bad_configuration, "redis.url: " + url.error};
  redis_url_ = std::move(url.url);
  if (!config_.redis.password.value.empty()) redis_url_.password = config_.redis.password.value;
  return std::nullopt;
}

App::Started App::start_front() {
  redis_.emplace(reactor_, redis::ConnectionOptions{.url = redis_url_, .keep = config_.orders.keep},
                 [this](std::string_view line) { log_.warn("redis: {}", line); });
  redis_->start();
  redis_->list(metrics_);
  pipeline_.emplace(config_, mail_settings(config_, data_, log_), workers_, *redis_, clock_.now());
  if (std::string wrong = pipeline_->mailer.start(); !wrong.empty()) {
    return Refusal{ExitCode::bad_configuration, "mail: " + wrong};
  }
  http_settings_.emplace(http_settings(config_));
  server_.emplace(http::Surroundings{.settings = *http_settings_,
                                     .reactor = reactor_,
                                     .orders = pipeline_->orders,
                                     .store = *redis_,
                                     .dispatch = pipeline_->dispatch,
                                     .stock = pipeline_->stock,
                                     .tape = pipeline_->tape,
                                     .transcript = pipeline_->transcript,
                                     .metrics = metrics_,
                                     .random = random_,
                                     .readiness = [this] { return readiness(); },
                                     .page = web::page()});
  pipeline_->release.add_listener(*server_);
  if (std::string wrong = server_->start(); !wrong.empty())
    return Refusal{ExitCode::failure, std::move(wrong)};
  workers_.start_front({&*server_});
  return std::nullopt;
}

App::Started App::open_log() {
  stage_.store(Stage::reading_redis, std::memory_order_relaxed);
  redis::Start redis;
  if (!redis.connect(redis_url_, config_.redis.start_deadline)) {
    return Refusal{ExitCode::service_missing, redis.error()};
  }
  const auto stored = redis.load();
  if (!stored) return Refusal{ExitCode::service_missing, redis.error()};
  if (!stored->warning.empty()) log_.warn("redis: {}", stored->warning);
  if (stored->live > 0) {
    return Refusal{
        ExitCode::do_not_belong_together,
        fmt::format(
            "Redis at {} lists {} unfinished orders, and this version cannot take them up again. Let the "
            "engine that left them drain, or start with an empty Redis and a new topic.",
            redis_url_.shown(), stored->live)};
  }

  stage_.store(Stage::opening_log, std::memory_order_relaxed);
  producer_.emplace(kafka_settings_, config_.events.type_prefix, workers_.parker_of("journal"));
  if (std::string wrong = producer_->start(); !wrong.empty()) {
    return Refusal{ExitCode::bad_configuration, "kafka: " + wrong};
  }
  const kafka::OpeningRequest request{.opening_id = new_uuid(clock_.now()),
                                      .engine_id = engine_id_,
                                      .checkpoint = stored->checkpoint,
                                      .at = clock_.now()};
  const kafka::Opening opening =
      kafka::open_log(*producer_, events_, request, [](const kafka::ReadRecord&) {});
  for (const std::string& warning : opening.warnings) log_.warn("kafka: {}", warning);
  if (opening.outcome == kafka::Opening::Outcome::unreachable)
    return Refusal{ExitCode::service_missing, opening.text};
  if (opening.outcome == kafka::Opening::Outcome::wrong_topic) {
    return Refusal{ExitCode::do_not_belong_together, opening.text};
  }
  if (opening.valid_records > 0) {
    return Refusal{
        ExitCode::do_not_belong_together,
        fmt::format(
            "the topic \"{}\" has {} events that Redis at {} does not know of, and this version cannot "
            "replay them. Bring back the Redis that belongs to it, or start with a new topic.",
            kafka_settings_.topic, opening.valid_records, redis_url_.shown())};
  }

  const engine::Store::Checkpoint opened{.offset = opening.epoch, .epoch = opening.epoch, .seq = 0};
  switch (redis.set_fence({.epoch = opening.epoch,
                           .engine = engine_id_,
                           .fingerprint = kafka_settings_.topic + "/0",
                           .follows = stored->checkpoint,
                           .reaches = opened})) {
    case redis::Start::Fenced::set:
      break;
    case redis::Start::Fenced::newer:
      return Refusal{ExitCode::replaced, "another engine has opened the topic since"};
    case redis::Start::Fenced::elsewhere:
      return Refusal{ExitCode::replaced, "another engine has written to Redis since this one began to start"};
    case redis::Start::Fenced::failed:
      return Refusal{ExitCode::service_missing, redis.error()};
  }
  for (const auto& [sku, free] : stored->stock) {
    pipeline_->inventory.set(sku, free);
    pipeline_->stock.set(sku, free);
  }
  epoch_ = opening.epoch;
  pipeline_->open(*producer_, events_, opened);
  return std::nullopt;
}

}  // namespace edge
