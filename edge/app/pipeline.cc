#include "edge/app/pipeline.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "engine/limits.h"
#include "engine/recovery/take_up.h"

namespace edge {
namespace {

namespace limits = engine::limits;

orders::Limits order_limits(const Config& config, std::size_t capacity) {
  return {.live = Pipeline::live_limit(config),
          .bytes = config.orders.memory,
          .finished = limits::finished_kept,
          .capacity = capacity};
}

/// A mail server that hangs may hold as many live orders as are under way: not more than a quarter.
orders::MailBounds mail_bounds(const Config& config) {
  const std::size_t quarter = std::max<std::size_t>(Pipeline::live_limit(config) / 4, 1);
  return {.under_way = std::min(limits::mails_under_way, quarter),
          .waiting = config.mail.backlog,
          .deadline = config.mail.retry.deadline};
}

orders::Inboxes::Parkers parkers(WorkerPool& workers) {
  orders::Inboxes::Parkers wake{};
  for (std::size_t i = 0; i < wake.size(); ++i)
    wake[i] = &workers.parker_of(saga::name(static_cast<saga::HandlerId>(i)));
  return wake;
}

handlers::RetryRules retry_rules(const Config& config, const Retry& retry) {
  return {.attempts = static_cast<std::uint32_t>(std::min<std::uint64_t>(retry.attempts, UINT32_MAX)),
          .backoff = retry.backoff,
          .backoff_max = retry.backoff_max,
          .deadline = retry.deadline,
          .order_deadline = config.orders.deadline};
}

handlers::LineRetry line_retry(const Config& config) {
  return {.payment = retry_rules(config, config.payment.retry),
          .shipping = retry_rules(config, config.shipping.retry)};
}

handlers::RetryRules mail_retry(const Config& config) {
  const MailRetry& mail = config.mail.retry;
  return {.backoff = mail.backoff, .backoff_max = mail.backoff_max, .deadline = mail.deadline};
}

handlers::PaymentRules payment_rules(const Config& config) {
  const PaymentRules& told = config.payment.simulate;
  return {.decline_over = told.decline_over.empty() ? -1 : handlers::ten_thousandths(told.decline_over),
          .decline_email = told.decline_email,
          .decline_rate = told.decline_rate,
          .transient_rate = told.transient_rate,
          .refund_transient_rate = told.refund_transient_rate,
          .latency = told.latency};
}

handlers::ShippingRules shipping_rules(const Config& config) {
  const ShippingRules& told = config.shipping.simulate;
  return {.fail_sku = told.fail_sku,
          .fail_rate = told.fail_rate,
          .transient_rate = told.transient_rate,
          .latency = told.latency};
}

}  // namespace

Pipeline::Pipeline(const Config& config, const smtp::Settings& mail, WorkerPool& workers,
                   engine::Store& redis, engine::Time start, std::size_t brought_along)
    : tape(limits::tape_slots, limits::tape_reserved_for_orders_under_way),
      transcript(limits::transcript_bytes,
                 std::bit_ceil(limits::tape_slots + limits::transcript_history_events),
                 limits::transcript_history_bytes, limits::transcript_history_events),
      // The mail backlog's orders come back on top of a full intake.
      capacity(std::max(live_limit(config), brought_along) + limits::mails_under_way),
      orders(order_limits(config, capacity), tape.room()),
      inboxes(capacity, smtp::Pool::producers(mail), parkers(workers)),
      dispatch(inboxes, tape.room()),
      mail_backlog(
          mail_bounds(config), tape, orders, dispatch, redis,
          [this](std::string_view document) { return documents.restore(document).record; },
          workers.parker_of("reactor"), start),
      mailer(mail, inboxes.of(saga::HandlerId::notification), mail_bounds(config).under_way),
      payment(payment_rules(config)),
      inventory(config.inventory.untracked == Untracked::accept ? handlers::Untracked::accept
                                                                : handlers::Untracked::reject),
      shipping(shipping_rules(config)),
      notification(mailer, mail_retry(config), start, mail_backlog.came_back()),
      line({&order, &payment, &inventory, &shipping, &notification}, line_retry(config), tape, inboxes,
           start),
      release(tape, transcript, workers.parker_of("journal"), orders, stock),
      store(tape, orders, dispatch, redis) {
  release.add_listener(mail_backlog);
  tape.announced_to(workers.parker_of("journal"));
  tape.acked.followed_by(workers.parker_of("reactor"));
  for (runtime::Parker* parker : workers.parkers()) tape.room().wake_on_return(*parker);
}

std::size_t Pipeline::live_limit(const Config& config) {
  return std::min<std::size_t>(config.orders.live, limits::live_orders_max);
}

void Pipeline::open(engine::Log& log, const codec::CloudEvents& events,
                    const engine::Store::Checkpoint& checkpoint, std::string opening) {
  journal.emplace(tape, transcript, log, events, checkpoint.epoch);
  store.start(checkpoint, std::move(opening));
}

void Pipeline::take_up(recovery::Fold& fold, engine::Time now) {
  for (const auto& [sku, free] : fold.stock()) {
    inventory.set(sku, free);
    stock.set(sku, free);
  }
  recovery::take_up(fold, orders, dispatch, mail_backlog, now);
}

std::map<std::string_view, runtime::Agent*> Pipeline::placed() {
  std::map<std::string_view, runtime::Agent*> agents{{journal->name(), &*journal}};
  for (std::size_t i = 0; i < saga::handlers; ++i) agents.emplace(line.stage(i).name(), &line.stage(i));
  return agents;
}

bool Pipeline::at_rest() const {
  return orders.counts().live <= line.resting() && unstored() == 0 && mail_backlog.at_rest();
}

bool Pipeline::at_rest_but_mails() const {
  return orders.counts().live <= line.resting() + mail_backlog.mailing() && unstored() == 0;
}

void Pipeline::list(runtime::Metrics& metrics) const {
  const auto each_stage = [&](const char* name, const char* help, auto counter) {
    for (std::size_t i = 0; i < saga::handlers; ++i) {
      const handlers::Stage& stage = line.stage(i);
      metrics.add(name, "handler=\"" + std::string{stage.name()} + "\"", help, (stage.*counter)());
    }
  };
  each_stage("saga_events_total", "Events appended to the tape.", &handlers::Stage::events);
  each_stage("saga_retries_total", "Attempts that came to nothing and were not the last.",
             &handlers::Stage::retries);
  metrics.add("saga_events_released_total", "", "Events acknowledged and let out.", release.events());
  const auto gauge = [&](const char* name, const char* help, auto read) {
    metrics.add_gauge(name, "", help, [this, read] { return static_cast<double>(read(*this)); });
  };
  gauge("saga_orders_live", "Orders in memory whose last event is not stored.",
        [](auto& p) { return p.orders.counts().live; });
  gauge("saga_orders_resting", "Orders that wait for the next attempt or, parked, for a person.",
        [](auto& p) { return p.line.resting(); });
  gauge("saga_orders_live_bytes", "Their memory.", [](auto& p) { return p.orders.counts().live_bytes; });
  gauge("saga_tape_room", "Events that the tape can still take.",
        [](auto& p) { return p.tape.room().free(); });
  gauge("saga_tape_unacked", "Events on the tape and not acknowledged.",
        [](auto& p) { return p.tape.claimed() - p.tape.acked.read(); });
  gauge("saga_tape_unstored", "Events acknowledged and not stored in Redis.",
        [](auto& p) { return p.tape.acked.read() - p.tape.stored.read(); });
  store.list(metrics);
  mail_backlog.list(metrics);
  mailer.add_metrics(metrics);
}

}  // namespace edge
