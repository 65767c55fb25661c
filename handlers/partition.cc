#include "handlers/partition.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/recovery/take_up.h"

namespace handlers {
namespace {

std::vector<runtime::Parker*> each_once(const PartitionParkers& parkers) {
  std::vector<runtime::Parker*> all(parkers.handlers.begin(), parkers.handlers.end());
  all.push_back(&parkers.journal);
  all.push_back(&parkers.reactor);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

using Provider = PartitionPorts::Provider;

auto make_participants(const PartitionPorts& ports, orders::Inboxes& inboxes) {
  std::array<std::unique_ptr<engine::Participant>, saga::handlers> made;
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    const auto handler = static_cast<saga::HandlerId>(i);
    if (ports.providers[i] == Provider::called) made[i] = ports.participant(handler, inboxes.of(handler));
  }
  return made;
}

std::array<bool, saga::handlers> called(const PartitionPorts& ports) {
  std::array<bool, saga::handlers> all{};
  for (std::size_t i = 0; i < saga::handlers; ++i) all[i] = ports.providers[i] == Provider::called;
  return all;
}

bool by_topic(const PartitionPorts& ports, saga::HandlerId handler) {
  return ports.providers[static_cast<std::size_t>(handler)] == Provider::by_topic;
}

saga::Outside outside_of(const PartitionPorts& ports) {
  saga::Outside outside;
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    if (ports.providers[i] != Provider::own) outside.of(static_cast<saga::HandlerId>(i)) = true;
  }
  outside.mails_by_topic = by_topic(ports, saga::HandlerId::notification);
  return outside;
}

orders::Requests::Rules request_rules(const PartitionRules& rules, const PartitionPorts& ports) {
  orders::Requests::Rules made{.keep = rules.early_requests};
  for (std::size_t i = 0; i < saga::handlers; ++i)
    made.by_topic[i] = by_topic(ports, static_cast<saga::HandlerId>(i));
  return made;
}

}  // namespace

Partition::Partition(const PartitionSizes& sizes, const PartitionRules& rules, const PartitionPorts& ports,
                     const PartitionParkers& parkers, const runtime::Clock& clock, const Opened& opened)
    : tape(sizes.tape_slots, sizes.tape_reserved),
      transcript(sizes.transcript_bytes, std::bit_ceil(sizes.tape_slots + sizes.history_events),
                 sizes.history_bytes, sizes.history_events),
      // The mail backlog's orders come back on top of a full intake.
      capacity(std::max(sizes.live, opened.found.under_way()) + sizes.mails_under_way),
      orders(
          {.live = sizes.live, .bytes = sizes.live_bytes, .finished = sizes.finished, .capacity = capacity},
          tape.room()),
      inboxes(capacity, by_topic(ports, saga::HandlerId::notification) ? 0 : ports.mailer_producers,
              parkers.handlers, called(ports)),
      dispatch(inboxes, tape.room()),
      mail_backlog({.under_way = sizes.mails_under_way,
                    .waiting = sizes.mails_waiting,
                    .by_topic = by_topic(ports, saga::HandlerId::notification),
                    .deadline = rules.mail_retry.deadline},
                   tape, orders, dispatch, ports.store, parkers.reactor, clock.now()),
      mailer(by_topic(ports, saga::HandlerId::notification)
                 ? nullptr
                 : ports.mailer(inboxes.of(saga::HandlerId::notification))),
      participants(make_participants(ports, inboxes)),
      outside(outside_of(ports)),
      capture(rules.capture),
      payment(rules.payment),
      inventory(rules.untracked),
      shipping(rules.shipping),
      notification(mailer.get(), rules.mail_retry, mail_backlog.returned_tokens(), rules.mail_silence),
      stages({&order, &payment, &inventory, &shipping, &notification}, make_calls(rules, ports), outside,
             rules.retry, tape, inboxes, clock.wall(), clock.now()),
      release(tape, transcript, parkers.journal, orders, stock, dispatch, clock.wall()),
      store(tape, orders, dispatch, ports.store, store::StoreAgent::gather_usual),
      journal(tape, transcript, ports.log, ports.events, opened.checkpoint.epoch, rules.linger) {
  release.add_listener(mail_backlog);
  tape.announced_to(parkers.journal);
  tape.acked.followed_by(parkers.reactor);
  for (runtime::Parker* parker : each_once(parkers)) tape.room().wake_on_return(*parker);
  if (ports.requests != nullptr) {
    requests.emplace(request_rules(rules, ports), *ports.requests, tape, orders, dispatch);
    release.add_listener(*requests);
    store.settles(*requests);
    ports.requests->start(opened.requests);
  }
  store.start(opened.checkpoint, opened.opening_id);
  store.holds(opened.found.contents());
  for (const auto& [sku, free] : opened.found.stock()) {
    inventory.set(sku, free);
    stock.set(sku, free);
    store.holds(sku, free);
  }
  recovery::take_up(opened.found, orders, dispatch, mail_backlog, clock.now());
  for (orders::Finished& finished : opened.recent.oldest_first) orders.remember(std::move(finished));
}

std::array<Calls*, saga::handlers> Partition::make_calls(const PartitionRules& rules,
                                                         const PartitionPorts& ports) {
  std::array<Calls*, saga::handlers> made{};
  for (std::size_t i = 0; i < saga::handlers; ++i) {
    if (ports.providers[i] == Provider::own) continue;
    made[i] = &calls[i].emplace(participants[i].get(), ports.events, rules.calls[i]);
  }
  return made;
}

std::map<std::string_view, runtime::Agent*> Partition::placed() {
  std::map<std::string_view, runtime::Agent*> agents{{journal.name(), &journal}};
  for (std::size_t i = 0; i < saga::handlers; ++i) agents.emplace(stages.stage(i).name(), &stages.stage(i));
  return agents;
}

std::vector<runtime::Agent*> Partition::beside_reactor() {
  std::vector<runtime::Agent*> agents{&release, &store, &mail_backlog};
  if (requests) agents.insert(agents.begin() + 1, &*requests);
  return agents;
}

bool Partition::at_rest() const {
  return orders.counts().live <= stages.resting() && unstored() == 0 && mail_backlog.at_rest();
}

bool Partition::at_rest_but_mails() const {
  return orders.counts().live <= stages.resting() + mail_backlog.mailing() && unstored() == 0;
}

/// Of the handlers whose steps may fail for a while or be parked.
void Partition::list_waiting(runtime::Metrics& metrics) const {
  const auto each = [&](const char* name, const char* help, auto figure) {
    for (const auto handler :
         {saga::HandlerId::payment, saga::HandlerId::inventory, saga::HandlerId::shipping}) {
      for (std::size_t i = 0; i < saga::reasons; ++i) {
        const auto reason = static_cast<saga::Reason>(i);
        std::string labels = "handler=\"" + std::string{saga::name(handler)} + "\",reason=\"";
        labels += i == 0 ? "none" : saga::name(reason);
        const Stage& stage = stages.stage(static_cast<std::size_t>(handler));
        metrics.add_gauge(name, labels + "\"", help, [&stage, reason, figure] {
          return static_cast<double>((stage.resting().*figure)(reason));
        });
      }
    }
  };
  each("saga_orders_parked", "Orders that wait for a person, by whose step it is and why they go back.",
       &Resting::parked);
  each("saga_orders_retrying", "Orders that wait for another attempt.", &Resting::retrying);
}

void Partition::list(runtime::Metrics& metrics) const {
  const auto each_stage = [&](const char* name, const char* help, auto counter) {
    for (std::size_t i = 0; i < saga::handlers; ++i) {
      const Stage& stage = stages.stage(i);
      metrics.add(name, "handler=\"" + std::string{stage.name()} + "\"", help, (stage.*counter)());
    }
  };
  each_stage("saga_events_total", "Events appended to the tape.", &Stage::events);
  each_stage("saga_answers_late_total", "Answers from outside for which no order waited any more.",
             &Stage::late_answers);
  each_stage("saga_retries_total", "Attempts that came to nothing and were not the last.", &Stage::retries);
  list_waiting(metrics);
  release.list(metrics);
  const auto gauge = [&](const char* name, const char* help, auto read) {
    metrics.add_gauge(name, "", help, [this, read] { return static_cast<double>(read(*this)); });
  };
  gauge("saga_orders_live", "Orders in memory whose last event is not stored.",
        [](auto& p) { return p.orders.counts().live; });
  gauge("saga_orders_resting",
        "Orders that wait for the next attempt, for somebody outside or, parked, for a person.",
        [](auto& p) { return p.stages.resting(); });
  gauge("saga_orders_live_bytes", "Their memory.", [](auto& p) { return p.orders.counts().live_bytes; });
  for (std::size_t i = 1; i < saga::states; ++i) {
    const auto state = static_cast<saga::State>(i);
    const std::string_view status = saga::name(state);
    if (saga::find_state(status) != state) continue;  // outside it has another's name
    metrics.add_gauge("saga_orders_listed", "status=\"" + std::string{status} + "\"",
                      "Orders as GET /v1/orders lists them: all unfinished and the last that ended.",
                      [this, status] { return static_cast<double>(orders.listed(status)); });
  }
  gauge("saga_tape_room", "Events that the tape can still take.",
        [](auto& p) { return p.tape.room().free(); });
  gauge("saga_tape_unacked", "Events on the tape and not acknowledged.",
        [](auto& p) { return p.tape.claimed() - p.tape.acked.read(); });
  gauge("saga_tape_unstored", "Events acknowledged and not stored in Redis.",
        [](auto& p) { return p.tape.acked.read() - p.tape.stored.read(); });
  journal.list(metrics);
  store.list(metrics);
  if (requests) requests->list(metrics);
  mail_backlog.list(metrics);
}

}  // namespace handlers
