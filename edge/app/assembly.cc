#include "edge/app/assembly.h"

#include <utility>

#include "edge/app/settings.h"
#include "edge/command_line.h"
#include "edge/participants/mail_caller.h"
#include "edge/participants/participant.h"
#include "edge/web/files.h"

namespace edge {
namespace {

using namespace std::chrono_literals;

/// --dev, somebody's own machine, always parks.
runtime::Idle idle_of(const Config& config, bool dev) {
  return dev ? runtime::Idle::park : config.workers.idle;
}

std::vector<runtime::Group> groups_of(const Config& config) {
  if (config.workers.placement.empty()) return runtime::place_auto(runtime::usable_cpus());
  return runtime::place_as_told(config.workers.placement);
}

handlers::PartitionParkers parkers(WorkerPool& workers) {
  handlers::PartitionParkers parkers{.journal = workers.parker_of("journal"),
                                     .reactor = workers.parker_of("reactor")};
  for (std::size_t i = 0; i < parkers.handlers.size(); ++i)
    parkers.handlers[i] = &workers.parker_of(saga::name(static_cast<saga::HandlerId>(i)));
  return parkers;
}

/// Of each handler, after which a step forwards is given up.
std::array<std::uint64_t, saga::handlers> attempts_of(const Config& config) {
  std::array<std::uint64_t, saga::handlers> attempts{};
  const handlers::RetryRulesByHandler rules = partition_rules(config).retry;
  for (std::size_t i = 0; i < saga::handlers; ++i)
    attempts[i] = rules.of(static_cast<saga::HandlerId>(i)).attempts;
  return attempts;
}

std::vector<http::File> desk_files() {
  std::vector<http::File> files;
  for (const web::File& file : web::files()) files.push_back({file.name, file.type, file.tag, file.text});
  return files;
}

}  // namespace

Assembly::Assembly(Dependencies dependencies)
    : with_(std::move(dependencies)),
      reactor_(with_.clock),
      workers_(groups_of(with_.config), idle_of(with_.config, with_.dev), with_.clock, reactor_),
      server_({.settings = with_.http,
               .reactor = reactor_,
               .metrics = metrics_,
               .random = random_,
               .readiness = with_.readiness,
               .files = desk_files()}),
      heartbeat_(with_.supervisor) {
  if (with_.config.traces.url.empty()) return;
  spans_.emplace(trace_settings(with_.config, with_.engine_id, &with_.log), with_.clock);
  spans_->add_metrics(metrics_);
}

engine::Result<> Assembly::start_front() {
  metrics_.add_gauge("saga_build_info", "version=\"" + std::string{version()} + "\"",
                     "What is running; always 1", [] { return 1; });
  if (spans_) {
    if (auto started = spans_->start(); !started.ok()) return started;
  }
  return server_.start();
}

void Assembly::begin() {
  engine_metrics_.emplace();
  redis_.emplace(reactor_, redis::ConnectionOptions{.url = with_.redis_url, .keep = with_.config.orders.keep},
                 [&log = with_.log](std::string_view line) { log.warn("redis: {}", line); });
  redis_->start();
  redis_->list(*engine_metrics_);
  log_.emplace(with_.kafka, with_.events, with_.engine_id, workers_.parker_of("journal"), with_.clock.wall());
  workers_.start_front({&server_, &heartbeat_});
}

engine::Result<> Assembly::serve(const handlers::Opened& opened) {
  workers_.stop();  // the front's: what follows is the reactor's
  redis_->stands_at(opened.checkpoint.offset);
  const bool mails_itself = with_.config.notification.provider == ProviderKind::ours;
  const auto mailer = [this, mails_itself](orders::TaskInbox& results) {
    return mails_itself ? make_mail_pool(results) : make_mail_caller(results);
  };
  const auto participant = [this](saga::HandlerId handler, orders::TaskInbox& answers) {
    auto made = std::make_unique<participants::HttpParticipant>(called(handler), answers);
    participants_.push_back(&made->client);
    return made;
  };
  handlers::PartitionRules rules = partition_rules(with_.config);
  if (!with_.kafka.embedded) rules.linger = with_.config.kafka.linger;
  partition_.emplace(
      partition_sizes(with_.config), rules,
      handlers::PartitionPorts{.log = log_->producer(),
                               .events = with_.events,
                               .store = *redis_,
                               .mailer = mailer,
                               .mailer_producers = mails_itself ? smtp::Pool::producers(with_.mail)
                                                                : participants::MailCaller::producers,
                               .providers = providers(with_.config),
                               .participant = participant,
                               .requests = listen_to_topic()},
      parkers(workers_), with_.clock, opened);
  if (mailer_ != nullptr) {
    mailer_->add_metrics(*engine_metrics_);
    if (auto started = mailer_->start(); !started.ok()) return started;
  }
  for (participants::Client* client : participants_) {
    client->add_metrics(*engine_metrics_);
    if (auto started = client->start(); !started.ok()) return started;
  }
  partition_->list(*engine_metrics_);
  list_away();
  partition_->release.add_listener(server_);
  partition_->release.add_listener(order_log_.emplace(partition_->tape, with_.log));
  if (spans_) partition_->release.add_listener(order_spans_.emplace(partition_->tape, *spans_));
  desk_.emplace(desk::Dependencies{.orders = partition_->orders,
                                   .dispatch = partition_->dispatch,
                                   .stock = partition_->stock,
                                   .store = *redis_,
                                   .tape = partition_->tape,
                                   .transcript = partition_->transcript,
                                   .timers = reactor_.timers(),
                                   .capture = partition_->capture,
                                   .outside = partition_->outside,
                                   .said_later =
                                       [this](saga::HandlerId handler, const saga::OrderId& id) {
                                         const auto& calls =
                                             partition_->calls[static_cast<std::size_t>(handler)];
                                         return calls ? calls->waiting(id) : std::nullopt;
                                       },
                                   .attempts = attempts_of(with_.config),
                                   .wall = &with_.clock.wall(),
                                   .mails = mails_of()});
  server_.attach(*desk_, &*engine_metrics_);
  std::vector<runtime::Agent*> beside_reactor = partition_->beside_reactor();
  beside_reactor.push_back(&server_);
  beside_reactor.push_back(&heartbeat_);
  workers_.start(partition_->placed(), beside_reactor);
  return {};
}

/// Of a participant that sends the mails the engine knows no text.
std::function<std::string(const tape::Record&)> Assembly::mails_of() const {
  if (mailer_ == nullptr) return {};
  return [mailer = mailer_](const tape::Record& record) { return mailer->mails_of(record); };
}

/// Participants have a figure of their own.
void Assembly::list_away() {
  const auto away = [this](const char* neighbour, std::function<engine::Duration()> away_for) {
    engine_metrics_->add_gauge(
        "saga_away_seconds", std::string{"neighbour=\""} + neighbour + "\"",
        "For how long it has been away; 0: it is there",
        [away_for = std::move(away_for)] { return std::chrono::duration<double>(away_for()).count(); });
  };
  away("kafka", [this] {
    const engine::Time since = partition_->journal.stalled_since();
    return since == engine::Time{} ? engine::Duration{} : with_.clock.now() - since;
  });
  away("redis", [this] { return redis_->away_for(); });
  if (mailer_ != nullptr) away("mail", [mailer = mailer_] { return mailer->away_for(); });
}

std::unique_ptr<engine::Mailer> Assembly::make_mail_pool(orders::TaskInbox& results) {
  smtp::Settings settings = with_.mail;
  if (spans_) settings.spans = &*spans_;
  auto pool = std::make_unique<smtp::Pool>(std::move(settings), results);
  mailer_ = pool.get();
  return pool;
}

std::unique_ptr<engine::Mailer> Assembly::make_mail_caller(orders::TaskInbox& results) {
  constexpr saga::HandlerId handler = saga::HandlerId::notification;
  auto made = std::make_unique<participants::MailCaller>(called(handler), with_.events, results);
  participants_.push_back(&made->client);
  return made;
}

participants::Settings Assembly::called(saga::HandlerId handler) {
  auto settings = participant_settings(provider_of(with_.config, handler), handler, &with_.log);
  if (spans_) settings.spans = &*spans_;
  return settings;
}

/// nullptr: nobody answers there.
engine::RequestLog* Assembly::listen_to_topic() {
  if (!any_by_topic(with_.config)) return nullptr;
  return &requests_.emplace(with_.kafka, with_.config.kafka.requests, with_.config.events.type_prefix,
                            workers_.parker_of("reactor"));
}

void Assembly::drop() {
  workers_.stop();
  server_.detach();
  stop_calls();
  desk_.reset();
  order_spans_.reset();
  order_log_.reset();
  partition_.reset();
  requests_.reset();
  log_.reset();
  redis_.reset();
  engine_metrics_.reset();
}

/// What is cut off is not known to have happened: the next start sends the mail, or asks with the same key.
void Assembly::stop_calls() {
  if (mailer_ != nullptr) mailer_->stop(1s);
  mailer_ = nullptr;
  for (participants::Client* client : participants_) client->stop(1s);
  participants_.clear();
}

std::vector<Assembly::Away> Assembly::away() const {
  std::vector<Away> away;
  for (const participants::Client* client : participants_) {
    const participants::Client::Status status = client->status();
    if (status.state == participants::Availability::State::away)
      away.push_back({client->name(), status.since});
  }
  return away;
}

void Assembly::stop() {
  workers_.stop();
  stop_calls();
  if (log_) log_->producer().stop();
  if (spans_) spans_->stop(1s);
}

}  // namespace edge
