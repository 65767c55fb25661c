#include "tests/sim/engine.h"

#include <algorithm>

#include "tests/sim/allocations.h"

namespace sim {

Engine::Engine(const Ground& ground, MailWatcher& mails, std::int64_t epoch, const std::string& opening_id,
               std::size_t brought_along, runtime::Time now)
    : capacity(std::max(ground.settings.live, brought_along) + ground.settings.mails_under_way),
      tape(ground.settings.tape_slots, ground.settings.tape_slots / 4),
      transcript(ground.settings.transcript_bytes, 2 * ground.settings.tape_slots,
                 ground.settings.transcript_bytes / 2, ground.settings.tape_slots / 2),
      orders({.live = ground.settings.live,
              .bytes = 1 << 22,
              .finished = ground.settings.finished,
              .capacity = capacity},
             tape.room()),
      inboxes(
          capacity, 1,
          {&stage_workers[0], &stage_workers[1], &stage_workers[2], &stage_workers[3], &stage_workers[4]}),
      dispatch(inboxes, tape.room()),
      store(ground.redis, ground.faults, ground.random),
      mail_backlog(
          {.under_way = ground.settings.mails_under_way,
           .waiting = ground.settings.mails_waiting,
           .deadline = ground.settings.mail_retry.deadline},
          tape, orders, dispatch, store,
          [this](std::string_view document) {
            const Uncounted guard;
            return documents.restore(document).record;
          },
          reactor_worker, now),
      mailer(ground.mailbox, inboxes.of(saga::HandlerId::notification), mails),
      log(ground.partition, ground.stragglers, ground.faults, ground.random, epoch, opening_id),
      payment(ground.settings.payment),
      inventory(ground.settings.untracked),
      shipping(ground.settings.shipping),
      bank(payment, ground.providers_away),
      carrier(shipping, ground.providers_away),
      notification(mailer, ground.settings.mail_retry, now, mail_backlog.came_back()),
      release(tape, transcript, journal_worker, orders, stock),
      store_agent(tape, orders, dispatch, store),
      journal(tape, transcript, log, events, epoch),
      line({&order, &bank, &inventory, &carrier, &notification}, ground.settings.retry, tape, inboxes, now) {
  tape.announced_to(journal_worker);
  tape.acked.followed_by(reactor_worker);
  store.stands_at(epoch);
  store_agent.start({epoch, epoch, 0}, opening_id);
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    agents.push_back(&line.stage(i));
    stage_workers[i].give(line.stage(i));
    workers.push_back(&stage_workers[i]);
  }
  agents.insert(agents.end(), {&journal, &release, &store_agent, &mail_backlog});
  release.add_listener(mail_backlog);
  journal_worker.give(journal);
  reactor_worker.give(release);
  reactor_worker.give(store_agent);
  reactor_worker.give(mail_backlog);
  workers.insert(workers.end(), {&journal_worker, &reactor_worker});
  for (Worker* worker : workers) tape.room().wake_on_return(*worker);
}

}  // namespace sim
