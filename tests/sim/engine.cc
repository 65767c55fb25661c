#include "tests/sim/engine.h"

namespace sim {
namespace {

handlers::PartitionSizes sizes(const Settings& settings) {
  return {.live = settings.live,
          .live_bytes = 1 << 22,
          .finished = settings.finished,
          .tape_slots = settings.tape_slots,
          .tape_reserved = settings.tape_slots / 4,
          .transcript_bytes = settings.transcript_bytes,
          .history_bytes = settings.transcript_bytes / 2,
          .history_events = settings.tape_slots / 2,
          .mails_under_way = settings.mails_under_way,
          .mails_waiting = settings.mails_waiting};
}

handlers::PartitionRules rules(const Ground& ground) {
  const Settings& settings = ground.settings;
  handlers::PartitionRules rules{.payment = settings.payment,
                                 .shipping = settings.shipping,
                                 .untracked = settings.untracked,
                                 .retry = settings.retry,
                                 .mail_retry = settings.mail_retry,
                                 .mail_silence = {.time = settings.mail_silence}};
  rules.payment.away = rules.shipping.away = &ground.providers_away;
  return rules;
}

handlers::PartitionPorts ports(const Ground& ground, VirtualStore& redis, MailWatcher& mails) {
  return {.store = redis, .mailer = [&ground, &mails](orders::TaskInbox& results) {
            return std::make_unique<VirtualMailer>(ground.mailbox, results, mails);
          }};
}

handlers::PartitionParkers parkers(EngineNeighbours& neighbours) {
  auto& stages = neighbours.stage_workers;
  return {.handlers = {&stages[0], &stages[1], &stages[2], &stages[3], &stages[4]},
          .journal = neighbours.journal_worker,
          .reactor = neighbours.reactor_worker};
}

}  // namespace

EngineNeighbours::EngineNeighbours(const Ground& ground, std::int64_t epoch, const std::string& opening_id)
    : redis(ground.redis, ground.faults, ground.random),
      log(ground.partition, ground.stragglers, ground.faults, ground.random, epoch, opening_id) {}

Engine::Engine(const Ground& ground, MailWatcher& mails, std::int64_t epoch, const std::string& opening_id,
               std::size_t brought_along, const runtime::Clock& clock)
    : EngineNeighbours(ground, epoch, opening_id),
      Partition(sizes(ground.settings), rules(ground), ports(ground, EngineNeighbours::redis, mails),
                parkers(*this), clock, brought_along),
      timers(clock.now()) {
  redis.stands_at(epoch);
  open(log, events, {epoch, epoch, 0}, opening_id);
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    agents.push_back(&stages.stage(i));
    stage_workers[i].give(stages.stage(i));
    workers.push_back(&stage_workers[i]);
  }
  agents.push_back(&*journal);
  journal_worker.give(*journal);
  agents.push_back(&timers);
  reactor_worker.give(timers);
  for (runtime::Agent* agent : beside_reactor()) {
    agents.push_back(agent);
    reactor_worker.give(*agent);
  }
  workers.insert(workers.end(), {&journal_worker, &reactor_worker});
}

}  // namespace sim
