#include "edge/app/app.h"

#include <fmt/format.h>

#include <csignal>
#include <ctime>
#include <thread>
#include <utility>

#include "edge/app/settings.h"

namespace edge {
namespace {

using namespace std::chrono_literals;

runtime::Idle idle_of(const Config& config) {
  switch (config.workers.idle) {
    case Idle::spin:
      return runtime::Idle::spin;
    case Idle::yield:
      return runtime::Idle::yield;
    case Idle::park:
      return runtime::Idle::park;
    case Idle::automatic:
      break;
  }
  return runtime::idle_auto(runtime::usable_cpus().size());
}

std::vector<runtime::Group> groups_of(const Config& config) {
  if (config.workers.placement.empty()) return runtime::place_auto(runtime::usable_cpus());
  std::vector<std::pair<std::string, int>> told;
  for (const AgentCpu& pair : config.workers.placement)
    told.emplace_back(pair.agent, static_cast<int>(pair.cpu));
  return runtime::place_as_told(told);
}

/// Whether SIGTERM or SIGINT came within `wait`. Both are blocked, so they wait here to be fetched.
bool told_to_stop(std::chrono::milliseconds wait) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  const timespec timeout{0, static_cast<long>(wait.count() * 1'000'000)};
  return sigtimedwait(&signals, nullptr, &timeout) > 0;
}

}  // namespace

App::App(const Config& config, std::string data, Log& log)
    : config_(config),
      dev_(!data.empty()),
      data_(std::move(data)),
      log_(log),
      engine_id_(new_uuid(clock_.now())),
      kafka_settings_(kafka_settings(config, log)),
      events_(event_style(config)),
      reactor_(clock_),
      workers_(groups_of(config), idle_of(config), clock_, reactor_) {}

App::~App() { stop(); }

ExitCode App::run() {
  if (const Started refused = start_embedded()) return fail(refused->code, refused->text);
  if (const Started refused = start_front()) return fail(refused->code, refused->text);
  if (const Started refused = open_log()) return fail(refused->code, refused->text);
  serve();
  const ExitCode code = wait();
  stop();
  return code;
}

void App::serve() {
  pipeline_->list(metrics_);
  workers_.start(pipeline_->placed(), {&pipeline_->release, &pipeline_->store, &*server_});
  pipeline_->orders.open_intake();
  stage_.store(Stage::serving, std::memory_order_relaxed);
  log_.info("ready", {{"listen", fmt::format("{}:{}", config_.http.listen.host, server_->port())},
                      {"epoch", epoch_},
                      {"engine", engine_id_}});
  if (dev_) print_banner();
}

ExitCode App::wait() {
  // Half a tenth of a second is soon enough to notice that one of the two has stopped for good.
  while (!told_to_stop(50ms)) {
    if (pipeline_->journal->state() == kafka::Journal::State::replaced) {
      return fail(ExitCode::replaced, pipeline_->journal->reason());
    }
    if (pipeline_->journal->state() != kafka::Journal::State::running) {
      return fail(ExitCode::failure, pipeline_->journal->reason());
    }
    const redis::StoreAgent::Stop stop = pipeline_->store.stop();
    if (stop == redis::StoreAgent::Stop::fenced)
      return fail(ExitCode::replaced, redis::StoreAgent::text(stop));
    if (stop != redis::StoreAgent::Stop::no) return fail(ExitCode::failure, redis::StoreAgent::text(stop));
  }
  return drain();
}

ExitCode App::drain() {
  log_.info("draining: no new orders, those under way are finished");
  stage_.store(Stage::draining, std::memory_order_relaxed);
  pipeline_->orders.close_intake();
  const engine::Time deadline = clock_.now() + config_.http.drain_deadline;
  // While orders are finished, HTTP goes on: new orders get 503, health says draining. Then connections are
  // ended. At rest twice in a row: a request that was read before the intake closed may have become an order
  // in between.
  bool closed = false;
  for (int at_rest = 0; at_rest < 2;) {
    const bool quiet = pipeline_->at_rest();
    if (quiet && !closed) {
      server_->close_listener();
      closed = true;
    }
    at_rest = quiet && server_->open_requests() == 0 ? at_rest + 1 : 0;
    const bool hurry = told_to_stop(5ms);
    if (!hurry && clock_.now() < deadline) continue;
    const std::uint64_t unstored = pipeline_->unstored();
    const std::uint64_t live = pipeline_->orders.counts().live;
    if (unstored == 0 && live == 0) break;
    log_.warn("stopped before everything was finished",
              {{"unfinished orders", live}, {"events the next start replays", unstored}});
    return ExitCode::failure;
  }
  log_.info("drained", {{"events", pipeline_->tape.claimed()}});
  return ExitCode::drained;
}

ExitCode App::fail(ExitCode code, std::string_view why) {
  stage_.store(Stage::failed, std::memory_order_relaxed);
  log_.error("{}", why);
  if (server_) {  // and so the pipeline: a start that was refused may have neither
    pipeline_->orders.close_intake();
    server_->answer_unknown();
    server_->close_listener();
    // Those who wait are told; a client that does not read its answer does not hold us up.
    for (int tries = 0; tries < 200 && server_->open_requests() > 0; ++tries)
      std::this_thread::sleep_for(5ms);
  }
  stop();
  return code;
}

void App::stop() {
  workers_.stop();
  if (pipeline_) pipeline_->mailer.stop(1s);
  if (producer_) producer_->stop();
  embedded_redis_.stop();
}

http::Readiness App::readiness() const {
  switch (stage_.load(std::memory_order_relaxed)) {
    case Stage::starting:
      return {false, "starting"};
    case Stage::reading_redis:
      return {false, "reading the checkpoint from Redis"};
    case Stage::opening_log:
      return {false, "opening the topic"};
    case Stage::serving:
      return {true, "serving"};
    case Stage::draining:
      return {false, "draining"};
    case Stage::failed:
      return {false, "stopping after a failure"};
  }
  return {false, "unknown"};
}

void App::print_banner() const {
  const std::string url = fmt::format("http://127.0.0.1:{}", server_->port());
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
