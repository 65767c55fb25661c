#include "tests/sim/world.h"

namespace sim {

using namespace std::chrono_literals;

World::World(std::uint64_t seed, std::size_t live, const Rules& rules)
    : random(seed),
      orders({.live = live, .bytes = 1 << 22, .finished = 100, .capacity = live + mails.under_way},
             tape.room()),
      inboxes(live + mails.under_way, 1, {&parker, &parker, &parker, &parker, &parker}),
      dispatch(inboxes, tape.room()),
      mail_backlog(
          mails, tape, orders, dispatch, store,
          [this](std::string_view document) {
            const Uncounted guard;
            return documents.restore(document).record;
          },
          parker, clock.now()),
      mailer(inboxes.of(saga::HandlerId::notification)),
      payment(rules.payment),
      shipping(rules.shipping),
      notification(mailer, {.backoff = 1s, .backoff_max = 5min, .deadline = mails.deadline}, clock.now(),
                   mail_backlog.came_back()),
      release(tape, transcript, parker, orders, stock),
      store_agent(tape, orders, dispatch, store),
      journal(tape, transcript, log, events, epoch),
      line({&order, &payment, &inventory, &shipping, &notification}, {}, tape, inboxes, clock.now()) {
  parker.attach();
  store_agent.start(store.checkpoint);
  for (std::size_t i = 0; i < saga::handlers; ++i) agents.push_back(&line.stage(i));
  agents.insert(agents.end(), {&journal, &release, &store_agent, &mail_backlog});
  release.add_listener(mail_backlog);
  orders.open_intake();
}

tape::Record* World::place(const saga::Order& draft) {
  tape::Record* const record = orders.admit(draft).record;
  if (record == nullptr) return nullptr;
  dispatch.arrive(*record);
  dispatch.hand_over();
  return record;
}

void World::step() {
  const std::uint64_t dice = random() % 100;
  if (dice < 70) {
    agents[random() % agents.size()]->do_work(clock.now());
  } else if (dice < 80) {
    log.acknowledge(1 + random() % 20, random);
  } else if (dice < 88) {
    store.answer();
  } else if (dice < 96) {
    mailer.answer(random() % 10 == 0 ? tape::MailOutcome::transient : tape::MailOutcome::sent);
  } else {
    clock.advance(std::chrono::milliseconds{random() % 2000});
  }
}

void World::run_engine_only() {
  for (int work = 1; work > 0;) {
    work = 0;
    for (runtime::Agent* agent : agents) work += agent->do_work(clock.now());
  }
}

}  // namespace sim
