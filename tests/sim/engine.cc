#include "tests/sim/engine.h"

#include "tests/sim/allocations.h"

namespace sim {

Engine::Engine(const Settings& settings, Partition& partition, Redis& redis, Mailbox& mailbox,
               MailWatcher& mails, Faults& faults, Random& random, std::int64_t epoch,
               const std::string& opening_id, runtime::Time now)
    : tape(settings.tape_slots, settings.tape_slots / 4),
      transcript(settings.transcript_bytes, 2 * settings.tape_slots, settings.transcript_bytes / 2,
                 settings.tape_slots / 2),
      orders({.live = settings.live,
              .bytes = 1 << 22,
              .finished = settings.finished,
              .capacity = settings.live + settings.mails_under_way},
             tape.room()),
      inboxes(settings.live + settings.mails_under_way, 1, {&parker, &parker, &parker, &parker, &parker}),
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
          parker, now),
      mailer(mailbox, inboxes.of(saga::HandlerId::notification), mails),
      log(partition, faults, random, epoch, opening_id),
      payment(settings.payment),
      inventory(settings.untracked),
      shipping(settings.shipping),
      notification(mailer, settings.mail_retry, now, mail_backlog.came_back()),
      release(tape, transcript, parker, orders, stock),
      store_agent(tape, orders, dispatch, store),
      journal(tape, transcript, log, events, epoch),
      line({&order, &payment, &inventory, &shipping, &notification}, settings.retry, tape, inboxes, now) {
  parker.attach();
  for (const auto& [sku, free] : redis.stock) {
    inventory.set(sku, free);
    stock.set(sku, free);
  }
  store_agent.start(redis.checkpoint);
  for (std::size_t i = 0; i < saga::handlers; ++i) agents.push_back(&line.stage(i));
  agents.insert(agents.end(), {&journal, &release, &store_agent, &mail_backlog});
  release.add_listener(mail_backlog);
  orders.open_intake();
}

}  // namespace sim
