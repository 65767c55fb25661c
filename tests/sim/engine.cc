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
                                 .mail_silence = {.time = settings.mail_silence},
                                 .capture = settings.capture,
                                 .early_requests = settings.early_requests,
                                 .linger = settings.linger};
  rules.calls.fill(settings.calls);
  rules.payment.away = rules.shipping.away = &ground.providers_away;
  return rules;
}

std::vector<saga::HandlerId> handlers_of(const Model::Outside& who) {
  std::vector<saga::HandlerId> all;
  if (who.payment) all.push_back(saga::HandlerId::payment);
  if (who.inventory) all.push_back(saga::HandlerId::inventory);
  if (who.shipping) all.push_back(saga::HandlerId::shipping);
  if (who.mails) all.push_back(saga::HandlerId::notification);
  return all;
}

handlers::PartitionPorts ports(const Ground& ground, EngineNeighbours& neighbours, MailWatcher& mails,
                               CallWatcher& calls) {
  handlers::PartitionPorts all{.log = neighbours.log,
                               .events = neighbours.events,
                               .store = neighbours.redis,
                               .mailer = [&ground, &mails](orders::TaskInbox& results) {
                                 return std::make_unique<VirtualMailer>(ground.mailbox, results, mails);
                               }};
  using Provider = handlers::PartitionPorts::Provider;
  for (const saga::HandlerId handler : handlers_of(ground.settings.outside))
    all.providers[static_cast<std::size_t>(handler)] = Provider::called;
  for (const saga::HandlerId handler : handlers_of(ground.settings.by_topic)) {
    all.providers[static_cast<std::size_t>(handler)] = Provider::by_topic;
    all.requests = &neighbours.request_log;
  }
  all.participant = [&ground, &calls](saga::HandlerId, orders::TaskInbox& answers) {
    return std::make_unique<VirtualParticipant>(ground.effects, answers, calls, ground.providers_away,
                                                ground.settings.calls_waiting);
  };
  return all;
}

handlers::PartitionParkers parkers(EngineNeighbours& neighbours) {
  auto& stages = neighbours.stage_workers;
  return {.handlers = {&stages[0], &stages[1], &stages[2], &stages[3], &stages[4]},
          .journal = neighbours.journal_worker,
          .reactor = neighbours.reactor_worker};
}

}  // namespace

EngineNeighbours::EngineNeighbours(const Ground& ground, const handlers::Opened& opened)
    : redis(ground.redis, ground.faults, ground.random),
      log(ground.partition, ground.stragglers, ground.faults, ground.random, opened.checkpoint.epoch,
          opened.opening_id),
      request_log(ground.requests, ground.random),
      events({.mail_domain = ground.settings.by_topic.mails ? "" : "localhost"}) {
  reactor_worker.rouse();
  reactor_worker.attach();  // whose thread the partition is made on
}

Engine::Engine(const Ground& ground, MailWatcher& mails, CallWatcher& watcher, const handlers::Opened& opened,
               const runtime::Clock& clock)
    : EngineNeighbours(ground, opened),
      Partition(sizes(ground.settings), rules(ground), ports(ground, *this, mails, watcher), parkers(*this),
                clock, opened),
      timers(clock.now()) {
  redis.stands_at(opened.checkpoint.offset);
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    agents.push_back(&stages.stage(i));
    stage_workers[i].give(stages.stage(i));
    workers.push_back(&stage_workers[i]);
  }
  agents.push_back(&journal);
  journal_worker.give(journal);
  agents.push_back(&timers);
  reactor_worker.give(timers);
  for (runtime::Agent* agent : beside_reactor()) {
    agents.push_back(agent);
    reactor_worker.give(*agent);
  }
  workers.insert(workers.end(), {&journal_worker, &reactor_worker});
}

std::vector<VirtualParticipant*> Engine::called() {
  std::vector<VirtualParticipant*> all;
  for (const auto& one : participants) {
    if (one != nullptr) all.push_back(static_cast<VirtualParticipant*>(one.get()));
  }
  return all;
}

}  // namespace sim
