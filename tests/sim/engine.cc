#include "tests/sim/engine.h"

#include "tests/sim/allocations.h"

namespace sim {

Engine::Engine(const Settings& settings, Partition& partition, Redis& redis, Mailbox& mailbox,
               MailWatcher& mails, const bool& providers_away, Faults& faults, Random& random,
               std::int64_t epoch, const std::string& opening_id, runtime::Time now)
    : tape(settings.tape_slots, settings.tape_slots / 4),
      transcript(settings.transcript_bytes, 2 * settings.tape_slots, settings.transcript_bytes / 2,
                 settings.tape_slots / 2),
      orders({.live = settings.live,
              .bytes = 1 << 22,
              .finished = settings.finished,
              .capacity = settings.live + settings.mails_under_way},
             tape.room()),
      inboxes(
          settings.live + settings.mails_under_way, 1,
          {&stage_workers[0], &stage_workers[1], &stage_workers[2], &stage_workers[3], &stage_workers[4]}),
      dispatch(inboxes, tape.room()),
      store(redis, faults, random),
      mail_backlog(
          {.under_way = settings.mails_under_way,
           .waiting = settings.mails_waiting,
           .deadline = settings.mail_retry.deadline},
          tape, orders, dispatch, store,
          [this](std::string_view document) {
            const Uncounted guard;
            return documents.restore(document).record;
          },
          reactor_worker, now),
      mailer(mailbox, inboxes.of(saga::HandlerId::notification), mails),
      log(partition, faults, random, epoch, opening_id),
      payment(settings.payment),
      inventory(settings.untracked),
      shipping(settings.shipping),
      bank(payment, providers_away),
      carrier(shipping, providers_away),
      notification(mailer, settings.mail_retry, now, mail_backlog.came_back()),
      release(tape, transcript, journal_worker, orders, stock),
      store_agent(tape, orders, dispatch, store),
      journal(tape, transcript, log, events, epoch),
      line({&order, &bank, &inventory, &carrier, &notification}, settings.retry, tape, inboxes, now) {
  tape.announced_to(journal_worker);
  tape.acked.followed_by(reactor_worker);
  for (const auto& [sku, free] : redis.stock) {
    inventory.set(sku, free);
    stock.set(sku, free);
  }
  store_agent.start(redis.checkpoint);
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
  orders.open_intake();
}

}  // namespace sim
