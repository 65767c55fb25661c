#include "edge/app/app.h"

#include <fmt/format.h>

#include <thread>
#include <utility>

#include "edge/app/settings.h"
#include "edge/app/signals.h"

namespace edge {

using namespace std::chrono_literals;

App::App(const Config& config, std::string data, bool takeover, Log& log)
    : config_(config),
      dev_(!data.empty()),
      data_(std::move(data)),
      takeover_(takeover),
      log_(log),
      engine_id_(new_uuid(clock_.shown())),
      kafka_settings_(kafka_settings(config, &log)),
      topic_watch_(kafka_settings_),
      events_(event_style(config)) {}

App::~App() {
  assembly_.reset();
  if (owner_) owner_->release();
}

ExitCode App::run() {
  if (const Started refused = start_embedded()) return fail(refused->code, refused->text);
  for (;;) {
    if (Started refused = start()) {
      if (stopping_ && refused->code != ExitCode::drained) refused = stopped_while_starting();
      if (const Started gone = embedded_redis_gone()) return fail(gone->code, gone->text);
      if (!refused->again) return fail(refused->code, refused->text);
      log_.warn("{}", refused->text);
    } else {
      serve();
      if (const std::optional<ExitCode> code = wait()) return *code;
      let_go();
    }
    assembly_.reset();
  }
}

bool App::stopping(std::chrono::milliseconds wait) {
  clock_.look_at_wall();
  return stopping_ = stopping_ || told_to_stop(wait);
}

/// What had been under way before a start that begins again is not at rest.
Refusal App::stopped_while_starting() const {
  if (!has_served_) return {ExitCode::drained, "told to stop before there was anything to drain"};
  return {ExitCode::failure,
          "told to stop while it started again: the next start takes up what was under way"};
}

void App::serve() {
  assembly_->serve();
  reach(Stage::serving);
  log_.info("ready", {{"listen", fmt::format("{}:{}", config_.http.listen.host, port_)},
                      {"epoch", epoch_.load()},
                      {"engine", engine_id_}});
  if (dev_ && !has_served_) print_banner();
  has_served_ = true;
  if (!kafka_settings_.embedded) topic_watch_.start();
}

std::optional<ExitCode> App::wait() {
  bool told_stalled = false;
  // Half a tenth of a second is soon enough to notice that one of the two has stopped.
  while (!stopping(50ms)) {
    if (const Started stopped = this->stopped()) return fail(stopped->code, stopped->text);
    const bool stalled = assembly_->partition.tape.room().log_stalled();
    if (stalled && !told_stalled)
      log_.warn("Kafka does not acknowledge what is written: no new orders until it does");
    if (!stalled && told_stalled) log_.info("Kafka acknowledges again: new orders are taken");
    told_stalled = stalled;
    const bool elsewhere = assembly_->partition.store.stop() == store::StoreAgent::Stop::elsewhere;
    if (elsewhere || assembly_->redis.lost_writes() || assembly_->partition.mail_backlog.store_lacks())
      return std::nullopt;
  }
  const ExitCode code = drain();
  assembly_->stop();
  return code;
}

/// What it held is gone with it, and nobody starts it again.
Started App::embedded_redis_gone() {
  if (!embedded_redis_.has_ended()) return std::nullopt;
  return Refusal{
      ExitCode::failure,
      embedded_redis_.error() + ": the engine of --dev ends with it, and what it held is gone. Start again"};
}

Started App::stopped() {
  if (Started gone = embedded_redis_gone()) return gone;
  using State = journal::Journal::State;
  const journal::Journal& journal = *assembly_->partition.journal;
  if (const State state = journal.state(); state != State::running)
    return Refusal{state == State::replaced ? ExitCode::replaced : ExitCode::failure,
                   std::string{journal.reason()}};
  using Stop = store::StoreAgent::Stop;
  if (assembly_->partition.store.stop() == Stop::fenced || assembly_->redis.fenced())
    return Refusal{ExitCode::replaced, std::string{store::StoreAgent::text(Stop::fenced)}};
  return std::nullopt;
}

/// Redis has lost writes. What is on the tape is acked and answered, as far as that goes quickly: what is
/// not, the log shows to the start that follows.
void App::let_go() {
  log_.warn("{}: the start procedure begins again",
            store::StoreAgent::text(store::StoreAgent::Stop::elsewhere));
  reach(Stage::starting);
  handlers::Partition& partition = assembly_->partition;
  partition.orders.close_intake();
  assembly_->server.end_waits();
  const engine::Time deadline = clock_.now() + 2s;
  const auto answered = [&] {
    return assembly_->server.open_requests() == 0 &&
           partition.tape.released.read() == partition.tape.claimed();
  };
  while (!answered() && clock_.now() < deadline) std::this_thread::sleep_for(5ms);
  assembly_->send_away();
}

ExitCode App::drain() {
  log_.info("draining: no new orders, those under way are finished");
  reach(Stage::draining);
  handlers::Partition& partition = assembly_->partition;
  partition.orders.close_intake();
  assembly_->server.end_waits();
  const engine::Time deadline = clock_.now() + config_.http.drain_deadline;
  // The last fifth is for the events of the last mails; orders that still wait are taken up by the next
  // start.
  partition.mail_backlog.drain(deadline - config_.http.drain_deadline / 5);
  // While orders are finished, HTTP goes on: new orders get 503, health says draining. Then connections are
  // ended. At rest twice in a row: a request that was read before the intake closed may have become an order
  // in between.
  bool closed = false;
  for (int at_rest = 0; at_rest < 2;) {
    const bool quiet = partition.at_rest();
    if (quiet && !closed) {
      assembly_->server.close_listener();
      closed = true;
    }
    at_rest = quiet && assembly_->server.open_requests() == 0 ? at_rest + 1 : 0;
    const bool hurry = told_to_stop(5ms);
    clock_.look_at_wall();
    // A journal that has stopped brings nothing more; a store that has is not waited for once everything said
    // is acked and answered: the log has it all.
    const bool no_more = partition.journal->state() != journal::Journal::State::running ||
                         (partition.store.stop() != store::StoreAgent::Stop::no &&
                          partition.tape.released.read() == partition.tape.claimed());
    if (!hurry && !no_more && clock_.now() < deadline) continue;
    if (partition.at_rest_but_mails()) break;
    if (const Started stopped = this->stopped()) return fail(stopped->code, stopped->text);
    const std::uint64_t unstored = partition.unstored();
    const std::uint64_t live = partition.orders.counts().live;
    log_.warn("stopped before everything was finished",
              {{"unfinished orders", live}, {"events the next start replays", unstored}});
    return ExitCode::failure;
  }
  log_.info("drained", {{"events", partition.tape.claimed()},
                        {"mails left to the next start",
                         partition.mail_backlog.size() + partition.mail_backlog.mailing()}});
  return ExitCode::drained;
}

ExitCode App::fail(ExitCode code, std::string_view why) {
  reach(Stage::failed);
  if (code == ExitCode::drained) {  // told to stop before there was anything to drain
    log_.info("{}", why);
  } else {
    log_.error("{}", why);
  }
  if (assembly_) {  // a start that was refused at once has none
    assembly_->send_away();
    assembly_->stop();
  }
  return code;
}

void App::reach(Stage stage) {
  progress_told_at_ = clock_.now();
  stage_.store(stage, std::memory_order_relaxed);
}

http::Readiness App::readiness() const {
  switch (stage_.load(std::memory_order_relaxed)) {
    case Stage::starting:
      return {false, "starting"};
    case Stage::standby: {
      const std::lock_guard lock(owned_by_mutex_);
      return {false, "standby: engine " + owned_by_ + " owns the topic"};
    }
    case Stage::reading_redis:
      return {false, "reading the checkpoint from Redis"};
    case Stage::opening_log:
      return {false, fmt::format("opening the topic, offset {}", offset_.load(std::memory_order_relaxed))};
    case Stage::replaying:
      return {false,
              fmt::format("replaying the log, offset {} of {}", offset_.load(std::memory_order_relaxed),
                          epoch_.load(std::memory_order_relaxed))};
    case Stage::serving:
      if (topic_watch_.missing()) return {false, "the topic " + kafka_settings_.topic + " is gone"};
      if (assembly_->partition.tape.room().log_stalled())
        return {false, "Kafka does not acknowledge what is written: no new orders until it does"};
      return {true, "serving"};
    case Stage::draining:
      return {false, "draining"};
    case Stage::failed:
      return {false, "stopping after a failure"};
  }
  return {false, "unknown"};
}

void App::print_banner() const {
  const std::string url = fmt::format("http://127.0.0.1:{}", assembly_->server.port());
  fmt::print(R"(
  The order engine, with everything embedded: Kafka is librdkafka's mock cluster, Redis a child process.
  Nothing survives exit but the mails.

    live page    {url}/
    mails        {data}/outbox
    place one    curl -si {url}/create-order --json '{{"userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2","userEmail":"you@example.com","item":"keyboard","amount":49.99}}'
    look at it   curl -s {url}/v1/orders/<orderId>
    the topic    kcat -b {brokers} -t {topic} -C -o beginning -q -X fetch.wait.max.ms=2 -f '%o %s\n'
    stop         Ctrl-C

)",
             fmt::arg("url", url), fmt::arg("data", data_), fmt::arg("brokers", kafka_settings_.brokers),
             fmt::arg("topic", kafka_settings_.topic));
  std::fflush(stdout);
}

}  // namespace edge
