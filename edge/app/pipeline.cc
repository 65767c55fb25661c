#include "edge/app/pipeline.h"

#include <algorithm>
#include <bit>
#include <string>

#include "engine/limits.h"
#include "engine/saga/table.h"

namespace edge {
namespace {

namespace limits = engine::limits;

orders::Limits order_limits(const Config& config) {
  return {.live = std::min<std::size_t>(config.orders.live, limits::live_orders_max),
          .bytes = config.orders.memory,
          .finished = limits::finished_kept};
}

std::array<std::unique_ptr<orders::TaskInbox>, saga::handlers> make_inboxes(const Config& config,
                                                                            WorkerPool& workers,
                                                                            const smtp::Settings& mail) {
  std::array<std::unique_ptr<orders::TaskInbox>, saga::handlers> inboxes;
  for (std::size_t i = 0; i < inboxes.size(); ++i) {
    const auto handler = static_cast<saga::HandlerId>(i);
    std::size_t producers = 0;
    for (std::size_t from = 0; from < saga::handlers; ++from) {
      if (saga::hands_ahead(static_cast<saga::HandlerId>(from), handler)) ++producers;
    }
    if (handler == saga::HandlerId::order) ++producers;  // arrivals
    if (handler == saga::HandlerId::notification)
      producers += 1 + smtp::Pool::producers(mail);  // acks, results
    inboxes[i] = std::make_unique<orders::TaskInbox>(order_limits(config).live, producers,
                                                     workers.parker_of(saga::name(handler)));
  }
  return inboxes;
}

handlers::PaymentRules payment_rules(const Config& config) {
  const PaymentRules& told = config.payment.simulate;
  return {.decline_over = told.decline_over.empty() ? -1 : handlers::ten_thousandths(told.decline_over),
          .decline_email = told.decline_email,
          .decline_rate = told.decline_rate};
}

}  // namespace

Pipeline::Pipeline(const Config& config, const smtp::Settings& mail, WorkerPool& workers,
                   engine::Store& redis, engine::Time start)
    : tape(limits::tape_slots, limits::tape_reserved_for_orders_under_way),
      transcript(limits::transcript_bytes,
                 std::bit_ceil(limits::tape_slots + limits::transcript_history_events),
                 limits::transcript_history_bytes, limits::transcript_history_events),
      orders(order_limits(config), tape.room()),
      inboxes_(make_inboxes(config, workers, mail)),
      mailer(mail, inbox(saga::HandlerId::notification), order_limits(config).live),
      payment(payment_rules(config)),
      inventory(config.inventory.untracked == Untracked::accept ? handlers::Untracked::accept
                                                                : handlers::Untracked::reject),
      shipping({config.shipping.simulate.fail_sku, config.shipping.simulate.fail_rate}),
      notification(mailer,
                   {config.mail.retry.backoff, config.mail.retry.backoff_max, config.mail.retry.deadline},
                   start),
      release(tape, transcript, workers.parker_of("journal"), orders, inbox(saga::HandlerId::notification)),
      store(tape, orders, redis) {
  tape.announced_to(workers.parker_of("journal"));
  tape.acked.followed_by(workers.parker_of("reactor"));
  for (runtime::Parker* parker : workers.parkers()) tape.room().wake_on_return(*parker);

  handlers::Inboxes all{};
  std::transform(inboxes_.begin(), inboxes_.end(), all.begin(),
                 [](const auto& inbox) { return inbox.get(); });
  const std::array<handlers::Handler*, saga::handlers> line{&order, &payment, &inventory, &shipping,
                                                            &notification};
  for (std::size_t i = 0; i < line.size(); ++i)
    stages_[i] = std::make_unique<handlers::Stage>(*line[i], tape, all);
}

void Pipeline::open(engine::Log& log, const kafka::CloudEvents& events,
                    const engine::Store::Checkpoint& checkpoint) {
  journal.emplace(tape, transcript, log, events, checkpoint.epoch);
  store.start(checkpoint);
}

std::map<std::string_view, runtime::Agent*> Pipeline::placed() {
  std::map<std::string_view, runtime::Agent*> agents{{journal->name(), &*journal}};
  for (const auto& stage : stages_) agents.emplace(stage->name(), stage.get());
  return agents;
}

bool Pipeline::at_rest() const { return orders.counts().live == 0 && unstored() == 0; }

void Pipeline::list(runtime::Metrics& metrics) const {
  for (const auto& stage : stages_) {
    metrics.add("saga_events_total", "handler=\"" + std::string{stage->name()} + "\"",
                "Events appended to the tape.", stage->events());
  }
  metrics.add("saga_events_released_total", "", "Events acknowledged and let out.", release.events());
  const auto gauge = [&](const char* name, const char* help, auto read) {
    metrics.add_gauge(name, "", help, [this, read] { return static_cast<double>(read(*this)); });
  };
  gauge("saga_orders_live", "Orders in memory whose last event is not stored.",
        [](auto& p) { return p.orders.counts().live; });
  gauge("saga_orders_live_bytes", "Their memory.", [](auto& p) { return p.orders.counts().live_bytes; });
  gauge("saga_tape_room", "Events that the tape can still take.",
        [](auto& p) { return p.tape.room().free(); });
  gauge("saga_tape_unacked", "Events on the tape and not acknowledged.",
        [](auto& p) { return p.tape.claimed() - p.tape.acked.read(); });
  gauge("saga_tape_unstored", "Events acknowledged and not stored in Redis.",
        [](auto& p) { return p.tape.acked.read() - p.tape.stored.read(); });
  store.list(metrics);
  mailer.add_metrics(metrics);
}

}  // namespace edge
