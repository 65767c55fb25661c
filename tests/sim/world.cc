#include "tests/sim/world.h"

namespace sim {

std::array<std::unique_ptr<orders::TaskInbox>, saga::handlers> World::make_inboxes(std::size_t live) {
  std::array<std::unique_ptr<orders::TaskInbox>, saga::handlers> made;
  for (auto& inbox : made) inbox = std::make_unique<orders::TaskInbox>(live, 8, parker);
  return made;
}

World::World(std::uint64_t seed, std::size_t live, const Rules& rules)
    : random(seed),
      orders({.live = live, .bytes = 1 << 22, .finished = 100}, tape.room()),
      inboxes(make_inboxes(live)),
      mailer(*inboxes[4]),
      payment(rules.payment),
      shipping(rules.shipping),
      notification(mailer, {std::chrono::seconds{1}, std::chrono::minutes{5}, std::chrono::hours{24}},
                   clock.now()),
      release(tape, transcript, parker, orders, *inboxes[4]),
      store_agent(tape, orders, store),
      journal(tape, transcript, log, events, epoch),
      arrivals_(*inboxes[0]) {
  parker.attach();
  store_agent.start(store.checkpoint);
  handlers::Inboxes all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = inboxes[i].get();
  const std::array<handlers::Handler*, saga::handlers> line{&order, &payment, &inventory, &shipping,
                                                            &notification};
  for (std::size_t i = 0; i < line.size(); ++i) {
    stages[i] = std::make_unique<handlers::Stage>(*line[i], tape, all);
    agents.push_back(stages[i].get());
  }
  agents.insert(agents.end(), {&journal, &release, &store_agent});
  orders.open_intake();
}

tape::Record* World::place(const saga::Order& draft) {
  tape::Record* const record = orders.admit(draft, clock.now()).record;
  if (record != nullptr) arrivals_.push({record, tape::TaskKind::arrival, 0});
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
