#include "edge/app/assembly.h"

#include <thread>
#include <utility>

#include "edge/app/settings.h"
#include "edge/web/page.h"

namespace edge {
namespace {

using namespace std::chrono_literals;

/// It parks unless told otherwise; --dev, somebody's own machine, always.
runtime::Idle idle_of(const Config& config, bool dev) {
  if (dev) return runtime::Idle::park;
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
  return runtime::Idle::park;
}

std::vector<runtime::Group> groups_of(const Config& config) {
  if (config.workers.placement.empty()) return runtime::place_auto(runtime::usable_cpus());
  std::vector<std::pair<std::string, int>> told;
  for (const AgentCpu& pair : config.workers.placement)
    told.emplace_back(pair.agent, static_cast<int>(pair.cpu));
  return runtime::place_as_told(told);
}

handlers::PartitionParkers parkers(WorkerPool& workers) {
  handlers::PartitionParkers parkers{.journal = workers.parker_of("journal"),
                                     .reactor = workers.parker_of("reactor")};
  for (std::size_t i = 0; i < parkers.handlers.size(); ++i)
    parkers.handlers[i] = &workers.parker_of(saga::name(static_cast<saga::HandlerId>(i)));
  return parkers;
}

}  // namespace

Assembly::Assembly(const Surroundings& surroundings)
    : reactor(surroundings.clock),
      workers(groups_of(surroundings.config), idle_of(surroundings.config, surroundings.dev),
              surroundings.clock, reactor),
      redis(reactor,
            redis::ConnectionOptions{.url = surroundings.redis_url, .keep = surroundings.config.orders.keep},
            [&log = surroundings.log](std::string_view line) { log.warn("redis: {}", line); }),
      partition(partition_sizes(surroundings.config), partition_rules(surroundings.config),
                {.store = redis,
                 .mailer = [this, &surroundings](
                               orders::TaskInbox& results) { return make_mailer(surroundings, results); },
                 .mailer_producers = smtp::Pool::producers(surroundings.mail)},
                parkers(workers), surroundings.clock, surroundings.brought_along),
      http_settings(surroundings.http),
      server({.settings = http_settings,
              .reactor = reactor,
              .metrics = metrics,
              .random = random,
              .readiness = surroundings.readiness,
              .page = web::page()}) {}

std::unique_ptr<engine::Mailer> Assembly::make_mailer(const Surroundings& surroundings,
                                                      orders::TaskInbox& results) {
  auto pool = std::make_unique<smtp::Pool>(surroundings.mail, results);
  mailer = pool.get();
  return pool;
}

Started Assembly::start_front() {
  redis.start();
  redis.list(metrics);
  partition.list(metrics);
  mailer->add_metrics(metrics);
  if (auto started = mailer->start(); !started.ok())
    return Refusal{ExitCode::bad_configuration, std::move(started).error()};
  partition.release.add_listener(server);
  if (std::string wrong = server.start(); !wrong.empty()) return Refusal{ExitCode::failure, std::move(wrong)};
  workers.start_front({&server});
  return std::nullopt;
}

void Assembly::serve() {
  workers.stop();  // /metrics is not asked while the list grows
  partition.journal->list(metrics);
  std::vector<runtime::Agent*> beside_reactor = partition.beside_reactor();
  beside_reactor.push_back(&server);
  desk.emplace(desk::Dependencies{.orders = partition.orders,
                                  .dispatch = partition.dispatch,
                                  .stock = partition.stock,
                                  .store = redis,
                                  .tape = partition.tape,
                                  .transcript = partition.transcript,
                                  .timers = reactor.timers()});
  server.attach(*desk);
  workers.start(partition.placed(), beside_reactor);
  partition.orders.open_intake();
}

void Assembly::send_away() {
  partition.orders.close_intake();
  server.answer_unknown();
  server.close_listener();
  // A client that does not read its answer does not hold us up.
  for (int tries = 0; tries < 200 && server.open_requests() > 0; ++tries) std::this_thread::sleep_for(5ms);
}

void Assembly::stop() {
  workers.stop();
  mailer->stop(1s);
  if (log) log->producer().stop();
}

}  // namespace edge
