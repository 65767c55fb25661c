// One engine: a partition as the process has it, on neighbours of the simulator and without a socket: the clients go to the
// desk.
// What it stands on outlives it: dropped, it leaves there what had reached it.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "engine/codec/cloud_event.h"
#include "engine/desk/desk.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/timers.h"
#include "handlers/partition.h"
#include "tests/sim/model.h"
#include "tests/sim/virtual_log.h"
#include "tests/sim/virtual_mailer.h"
#include "tests/sim/virtual_participant.h"
#include "tests/sim/virtual_requests.h"
#include "tests/sim/virtual_store.h"
#include "tests/sim/worker.h"

namespace sim {

struct Settings {
  std::size_t live = 32;
  std::size_t finished = 100;
  std::size_t tape_slots = 1 << 10;
  std::size_t transcript_bytes = 1 << 20;
  handlers::PaymentRules payment{};
  handlers::ShippingRules shipping{};
  handlers::Untracked untracked = handlers::Untracked::accept;
  handlers::RetryRulesByHandler retry{};
  handlers::RetryRules mail_retry{.backoff = std::chrono::seconds{1},
                                  .backoff_max = std::chrono::minutes{5},
                                  .deadline = std::chrono::hours{24}};
  engine::Duration mail_silence = std::chrono::minutes{10};
  Model::Outside outside{};             // whose work is done outside,
  Model::Outside by_topic{};            // and of those, who answers over the topic
  bool requests_beside_events = false;  // on the topic of events itself
  engine::Duration early_requests = std::chrono::minutes{10};
  saga::Capture capture = saga::Capture::at_once;
  handlers::CallRules calls{};
  std::size_t calls_waiting = 1000;
  engine::Duration linger{};
  std::size_t mails_under_way = 4;
  std::size_t mails_waiting = 1000;
};

/// What an engine stands on, and what of it is of interest to all.
struct Ground {
  const Settings& settings;
  Partition& partition;
  const Partition& requests;
  Stragglers& stragglers;
  Redis& redis;
  Mailbox& mailbox;
  Effects& effects;
  Faults& faults;
  Random& random;
  const bool& providers_away;
};

/// The timers of the reactor's thread, as edge/reactor.h turns them.
struct ReactorTimers final : runtime::Agent, runtime::Timers {
  using Timers::Timers;
  int do_work(runtime::Time now) override { return advance(now); }
  runtime::Time next_deadline() const override { return next(); }
  std::string_view name() const override { return "timers"; }
};

/// The neighbours of one engine, and its workers.
struct EngineNeighbours {
  EngineNeighbours(const Ground& ground, const handlers::Opened& opened);

  std::array<Worker, saga::handlers> stage_workers;
  Worker journal_worker, reactor_worker;
  VirtualStore redis;
  VirtualLog log;
  VirtualRequests request_log;
  codec::CloudEvents events;
};

struct Engine : EngineNeighbours, handlers::Partition {
  Engine(const Ground& ground, MailWatcher& mails, CallWatcher& calls, const handlers::Opened& opened,
         const runtime::Clock& clock);

  /// Of an engine that sends the mails itself.
  VirtualMailer& mails() { return static_cast<VirtualMailer&>(*mailer); }
  /// Those who are called.
  std::vector<VirtualParticipant*> called();

  ReactorTimers timers;
  desk::Desk desk{{.orders = orders,
                   .dispatch = dispatch,
                   .stock = stock,
                   .store = redis,
                   .tape = tape,
                   .transcript = transcript,
                   .timers = timers,
                   .capture = capture,
                   .outside = outside}};
  std::vector<runtime::Agent*> agents;
  std::vector<Worker*> workers;
};

}  // namespace sim
