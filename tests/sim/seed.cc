#include "tests/sim/seed.h"

#include <cstdio>

#include "engine/codec/document.h"
#include "tests/sim/violation.h"
#include "tests/sim/world.h"

namespace sim {
namespace {

using namespace std::chrono_literals;

constexpr int rounds_of_retries_max = 100;

handlers::RetryRules retry_rules(Random& random) {
  return {.attempts = static_cast<std::uint32_t>(random.between(1, 5)),
          .backoff = 1ms * random.between(1, 50),
          .backoff_max = 1ms * random.between(50, 400),
          .deadline = 1ms * random.one_of<std::uint64_t>({200, 1000, 3000}),
          .order_deadline = 1ms * random.one_of<std::uint64_t>({400, 5000, 60'000})};
}

void draw_outside(Settings& settings, Random& random) {
  const bool all = random.chance(0.4);
  settings.outside = {.payment = all || random.chance(0.5),
                      .inventory = all || random.chance(0.4),
                      .shipping = all || random.chance(0.5)};
  const double by_topic = random.one_of({0.0, 0.3, 1.0});
  settings.by_topic = {.payment = settings.outside.payment && random.chance(by_topic),
                       .inventory = settings.outside.inventory && random.chance(by_topic),
                       .shipping = settings.outside.shipping && random.chance(by_topic),
                       .mails = random.chance(by_topic / 2)};
  settings.outside.mails = settings.by_topic.mails;
  settings.requests_beside_events = random.chance(0.3);
  settings.early_requests = 1ms * random.one_of<std::uint64_t>({100, 3000, 60'000});
  settings.retry.of(saga::HandlerId::inventory) = retry_rules(random);
  settings.calls = {.at_once = random.one_of<std::size_t>({1, 4, 64}),
                    .answer_deadline = 1ms * random.one_of<std::uint64_t>({200, 3000})};
  settings.calls_waiting = random.one_of<std::size_t>({1, 1000});
}

Settings draw_settings(Random& random) {
  Settings settings;
  settings.live = random.one_of<std::size_t>({1, 3, 8, 32, 100});
  settings.finished = random.one_of<std::size_t>({0, 2, 100});
  settings.tape_slots = random.one_of<std::size_t>({32, 128, 512});
  settings.transcript_bytes = random.one_of<std::size_t>({1 << 15, 1 << 18});
  settings.untracked = random.chance(0.7) ? handlers::Untracked::accept : handlers::Untracked::reject;
  settings.payment.decline_rate = random.one_of({0.0, 0.0, 0.3});
  if (random.chance(0.3)) settings.payment.decline_email = "*@declined.example";
  settings.payment.transient_rate = random.one_of({0.0, 0.0, 0.3, 0.9});
  settings.payment.refund_transient_rate = random.one_of({0.0, 0.3, 0.8});
  settings.payment.latency = random.one_of<engine::Duration>({0ms, 0ms, 3ms, 80ms});
  if (random.chance(0.3)) settings.shipping.fail_sku = "glass*";
  settings.shipping.fail_rate = random.one_of({0.0, 0.0, 0.3});
  settings.shipping.transient_rate = random.one_of({0.0, 0.0, 0.4, 0.9});
  settings.shipping.latency = random.one_of<engine::Duration>({0ms, 0ms, 3ms, 80ms});
  settings.retry.of(saga::HandlerId::payment) = retry_rules(random);
  settings.retry.of(saga::HandlerId::shipping) = retry_rules(random);
  settings.mail_retry = {.backoff = 1ms * random.between(10, 200),
                         .backoff_max = 1s,
                         .deadline = 1ms * random.one_of<std::uint64_t>({300, 2000, 8000, 60'000})};
  settings.mail_silence = random.one_of<engine::Duration>({200ms, 10min});
  if (random.chance(0.3)) settings.capture = saga::Capture::with_shipment;
  if (random.chance(0.4)) draw_outside(settings, random);
  settings.linger = random.one_of<engine::Duration>({0us, 200us, 5ms});
  settings.mails_under_way = random.between(1, 4);
  settings.mails_waiting = random.one_of<std::size_t>({2, 1000});
  return settings;
}

void disturb(World& world, unsigned orders) {
  const std::uint64_t steps = world.random.one_of<std::uint64_t>({200, 1000, 3000, 8000});
  const double busy = world.random.one_of({0.03, 0.1, 0.3});
  for (std::uint64_t i = 0; i < steps; ++i) {
    if (world.random.chance(busy)) world.ask(orders);
    world.step();
  }
}

/// Whoever has not ended must wait for a person, and everybody can see that.
std::size_t check_parked(World& world) {
  const auto live = world.engine().orders.list({}, UINT64_MAX, 1000);
  require(world.engine().mail_backlog.size() == 0, "orders wait for their mail at the end");
  std::size_t parked = 0;
  for (const orders::Listed& listed : live) {
    if (listed.live == nullptr) continue;
    const saga::OrderId& id = listed.live->order.id;
    require(saga::parked(listed.live->status), [&] {
      return "order " + id.str() +
             " neither ends nor is parked: " + std::string{saga::name(listed.live->status)};
    });
    const auto kept = world.redis.orders.find(id);
    require(kept != world.redis.orders.end() && codec::status(kept->second) == saga::State::parked_refunding,
            [&] { return "order " + id.str() + " is parked, but Redis does not say so"; });
    ++parked;
  }
  require(world.engine().orders.counts().live == parked, "an order that was taken is never placed");
  require(world.engine().stages.resting() == parked, "the count of orders that rest is wrong");
  return parked;
}

/// What the log says was sent has been sent.
void check_mail(World& world, const std::string& id, const Model::Order& order) {
  Mailbox::Key key{saga::OrderId::parse(id).value(), order.state == "completed"
                                                         ? saga::MailTemplate::shipping_confirmation
                                                         : saga::MailTemplate::order_cancelled};
  for (std::uint32_t step = 1; step <= order.steps.size(); ++step) {
    const std::string_view type = order.steps[step - 1].type;
    if (type == "MailRequested") key.again = step;
    if (type != "NotificationSent") continue;
    const auto mail = world.mailbox.mails.find(key);
    require(mail != world.mailbox.mails.end() && mail->second.went_out,
            [&] { return "the log says that a mail was sent, and it was not: " + id; });
  }
}

void end_well(World& world) {
  world.faults.stop();
  // Also while no call comes through, every order ends or is parked.
  world.providers_away = world.random.chance(0.3);
  world.come_to_rest();
  check_parked(world);
  world.providers_away = false;
  int rounds = 0;
  for (; check_parked(world) > 0; ++rounds) {
    require(rounds < rounds_of_retries_max, "a parked order never ends, however often it is sent on");
    if (rounds == 2) {
      world.callbacks.settle_parked(world.engine());
      world.come_to_rest();
    }
    for (const orders::Listed& listed :
         world.engine().orders.list({.status = saga::State::parked_refunding}, UINT64_MAX, 1000))
      world.clients.retry(listed.live->order.id);
    world.come_to_rest();
  }
  const tape::Tape& tape = world.engine().tape;
  require(tape.room().free() == tape.room().capacity(), "room is missing at the end");
  require(world.redis.live.empty(), "the live set is not empty at the end");
  require(world.books.stored.applied == world.books.log.applied, "Redis is not where the log ends");
  for (const auto& [id, order] : world.books.log.orders) check_mail(world, std::string{id}, order);
}

/// After all that, the engine still takes orders.
void go_on(World& world) {
  require(world.place(tests::make_order(1'000'000).order) != nullptr,
          "nothing is under way, and no order is let in");
  world.come_to_rest();
}

void add_up(World& world, Statistics& statistics) {
  statistics.seeds = 1;
  statistics.steps = world.steps;
  statistics.requests = world.clients.asked();
  statistics.orders = world.books.log.orders.size();
  const World::Totals totals = world.totals();
  statistics.engines = totals.engines;
  statistics.read_backs = totals.read_backs;
  statistics.reopenings = totals.reopenings;
  statistics.attempts = totals.attempts;
  statistics.requests_by_outcome = totals.requests;
  statistics.faults_by_kind = world.faults.counts();
  for (const auto& [type, count] : world.books.log.seen) {
    if (const auto kind = saga::find_event_kind(type))
      statistics.events_by_kind[static_cast<std::size_t>(*kind)] += count;
  }
}

}  // namespace

void Statistics::add(const Statistics& other) {
  seeds += other.seeds;
  steps += other.steps;
  requests += other.requests;
  orders += other.orders;
  engines += other.engines;
  read_backs += other.read_backs;
  reopenings += other.reopenings;
  attempts += other.attempts;
  for (std::size_t i = 0; i < fault_kinds; ++i) faults_by_kind[i] += other.faults_by_kind[i];
  for (std::size_t i = 0; i < requests_by_outcome.size(); ++i)
    requests_by_outcome[i] += other.requests_by_outcome[i];
  for (std::size_t i = 0; i < saga::event_kinds; ++i) events_by_kind[i] += other.events_by_kind[i];
}

Statistics run_seed(std::uint64_t seed, bool trace) {
  Random random(seed);
  World world(seed ^ 0x9e3779b97f4a7c15U, draw_settings(random));
  world.trace(trace);
  world.faults.choose();
  world.effects.refused_rate = world.random.one_of({0.0, 0.0, 0.3});
  disturb(world, static_cast<unsigned>(random.one_of<std::uint64_t>({2, 10, 40, 150})));
  end_well(world);
  world.books.check_all(world.redis);
  world.effects.check(world.books.log, world.settings.outside);
  world.service.check(world.books.log);
  world.clients.check_all();
  go_on(world);
  Statistics statistics;
  add_up(world, statistics);
  return statistics;
}

}  // namespace sim
