#include "edge/app/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "edge/app/banner.h"
#include "edge/app/outcome.h"
#include "edge/app/settings.h"
#include "edge/app/signals.h"

namespace edge {
namespace {

using namespace std::chrono_literals;
using Kind = engine::Setback::Kind;

}  // namespace

App::App(const Config& config, std::string data, bool takeover, Log& log)
    : config_(config),
      dev_(!data.empty()),
      data_(std::move(data)),
      takeover_(takeover),
      log_(log),
      engine_id_(new_uuid(clock_.shown())),
      kafka_settings_(kafka_settings(config, &log)),
      topic_watch_(kafka_settings_),
      events_(event_style(config)),
      life_(life_settings(), *this, clock_) {}

App::~App() {
  assembly_.reset();
  if (owner_) owner_->release();
}

handlers::LifeCycle::Settings App::life_settings() const {
  return {.topic = config_.kafka.topic,
          .type_prefix = config_.events.type_prefix,
          .engine_id = engine_id_,
          .store_forgets = config_.redis.url.value.empty(),  // the child Redis of --dev keeps nothing
          .new_opening_id = [this] { return new_uuid(clock_.shown()); },
          .keep = config_.orders.keep,
          .patience = config_.kafka.start_deadline,
          .drain_deadline = config_.http.drain_deadline};
}

ExitCode App::run() {
  if (const Result started = start_embedded(); !started.ok()) {
    log_.error("{}", started.error().text);
    return exit_code(started.error().kind);
  }
  while (life_.phase() != handlers::LifeCycle::Phase::ended) {
    if (life_.do_work(clock_.now()) > 0) continue;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(life_.next_deadline() - clock_.now());
    signalled_ = edge::told_to_stop(std::max(wait, 0ms)) || signalled_;
    clock_.look_at_wall();
  }
  if (assembly_) assembly_->stop();
  return exit_code(life_.ending());
}

App::Result App::start_embedded() {
  const bool embedded_redis = config_.redis.url.value.empty();
  if (dev_ && embedded_redis && !embedded_redis_.start(10s))
    return engine::Setback{Kind::unreachable, embedded_redis_.error()};
  if (dev_ && config_.kafka.brokers.empty()) {
    std::vector<std::string> topics{config_.kafka.topic};
    if (any_by_topic(config_) && config_.kafka.requests != config_.kafka.topic)
      topics.push_back(config_.kafka.requests);
    if (auto started = mock_cluster_.start(topics); !started.ok())
      return engine::Setback{Kind::unreachable, std::move(started).error()};
    kafka_settings_.brokers = mock_cluster_.brokers();
    kafka_settings_.embedded = true;
    // It answers so soon that bursts would be small: 1.2 to 1.3 times the CPU an order under full load.
    kafka_settings_.linger = config_.kafka.linger;
  }
  redis::UrlParse url = embedded_redis ? redis::parse_url(embedded_redis_.url()) : redis_url(config_);
  if (!url.parsed.ok()) return engine::Setback{Kind::wrong_setting, "redis.url: " + url.parsed.error()};
  redis_url_ = std::move(url.url);
  return {};
}

// --- As the life cycle's host.

/// Asked a few times a second in all phases, so this is where the wall clock is looked at, too.
bool App::told_to_stop() {
  clock_.look_at_wall();
  if (assembly_) supervisor_.status(readiness().stage);
  return std::exchange(signalled_, false) || edge::told_to_stop(0ms);
}

void App::say(Tone tone, std::string_view text, std::initializer_list<Figure> figures) {
  const auto level = tone == Tone::info      ? Log::Level::info
                     : tone == Tone::warning ? Log::Level::warn
                                             : Log::Level::error;
  std::vector<LogField> fields;
  for (const Figure& figure : figures) {
    if (const auto* const count = std::get_if<std::uint64_t>(&figure.value)) {
      fields.emplace_back(figure.name, *count);
    } else {
      fields.emplace_back(figure.name, std::get<double>(figure.value));
    }
  }
  log_.write(level, text, fields);
}

App::Result App::begin() {
  if (assembly_) {
    assembly_->begin();
    return {};
  }
  assembly_.emplace(Assembly::Dependencies{.config = config_,
                                           .dev = dev_,
                                           .clock = clock_,
                                           .log = log_,
                                           .supervisor = supervisor_,
                                           .redis_url = redis_url_,
                                           .kafka = kafka_settings_,
                                           .events = events_,
                                           .engine_id = engine_id_,
                                           .mail = mail_settings(config_, data_, &log_),
                                           .http = http_settings(config_),
                                           .readiness = [this] { return readiness(); }});
  if (auto listens = assembly_->start_front(); !listens.ok())
    return engine::Setback{Kind::failed, std::move(listens).error()};
  assembly_->begin();
  supervisor_.up();
  return {};
}

App::Result App::connect_redis(redis::Start& redis, const ToldToStop& told_to_stop) const {
  if (redis.connect(redis_url_, config_.redis.start_deadline, told_to_stop)) return {};
  return engine::Setback{redis.unfit() ? Kind::wrong_setting : Kind::unreachable, redis.error()};
}

App::Result App::connect(const ToldToStop& told_to_stop) {
  return connect_redis(start_redis_.emplace(), told_to_stop);
}

App::Result App::serve(const handlers::Opened& opened) {
  start_redis_.reset();
  if (auto served = assembly_->serve(opened); !served.ok())
    return engine::Setback{Kind::wrong_setting, std::move(served).error()};
  return {};
}

void App::served() {
  log_.info("ready", {{"listen", fmt::format("{}:{}", config_.http.listen.host, assembly_->server().port())},
                      {"epoch", life_.epoch()},
                      {"engine", engine_id_}});
  if (dev_ && !std::exchange(told_banner_, true)) tell_banner();
  if (!kafka_settings_.embedded) topic_watch_.start();
}

/// Whoever reads the log as JSON reads nothing else: in a container both streams are one.
void App::tell_banner() {
  const Banner banner{.port = assembly_->server().port(),
                      .data = data_,
                      .brokers = kafka_settings_.brokers,
                      .topic = kafka_settings_.topic};
  if (config_.log.format == Log::Format::json)
    return log_.info("everything is embedded, and nothing survives exit but the mails",
                     {{"page", fmt::format("http://127.0.0.1:{}/", banner.port)},
                      {"mails", fmt::format("{}/outbox", banner.data)},
                      {"brokers", banner.brokers},
                      {"topic", banner.topic}});
  std::fputs(render(banner).c_str(), stdout);
  std::fflush(stdout);
}

/// What it held is gone with it, and nobody starts it again.
std::optional<engine::Setback> App::lost_neighbour() {
  if (!embedded_redis_.has_ended()) return std::nullopt;
  return engine::Setback{Kind::failed, embedded_redis_.error() +
                                           ": the engine of --dev ends with it, and what it held is gone. "
                                           "Start again"};
}

void App::close_listener() {
  supervisor_.stopping();
  if (assembly_) assembly_->server().close_listener();
}

void App::answer_unknown() {
  if (assembly_) assembly_->server().answer_unknown();  // a start that was refused at once has none
}

http::Readiness App::readiness() const {
  if (life_.phase() == handlers::LifeCycle::Phase::serving && topic_watch_.missing())
    return {false, "the topic " + kafka_settings_.topic + " is gone"};
  std::string text = life_.text();
  if (life_.phase() != handlers::LifeCycle::Phase::serving) return {life_.ready(), text};
  for (const Assembly::Away& one : assembly_->away()) {
    text += ", " + one.participant + " does not answer for ";
    text += std::to_string(std::chrono::duration_cast<std::chrono::seconds>(one.since).count()) + " s";
  }
  return {life_.ready(), text};
}

}  // namespace edge
