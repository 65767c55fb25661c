// A partition whose five stages run on five real threads. Whoever uses it plays the rest on its own thread:
// journal, Kafka, release and store.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/runtime/clock.h"
#include "engine/runtime/worker.h"
#include "handlers/partition.h"

namespace stress {

/// Answers from the notification worker's own thread, as `discard:` does.
struct SentAtOnce final : engine::Mailer {
  explicit SentAtOnce(orders::TaskInbox& inbox) : to(inbox) {}
  void submit(const engine::Mail& mail) override {
    to.push({mail.record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(tape::MailOutcome::sent)});
  }
  orders::TaskInbox::Producer to;
};

/// Nothing is stored here.
struct NoStore final : engine::Store {
  bool submit(const Batch&) override { return false; }
  std::optional<Applied> result() override { return std::nullopt; }
  void find(const saga::OrderId&, DocumentListener&) override {}
  void find_reference(std::string_view, std::uint64_t, std::size_t, DocumentListener&) override {}
  void forget(DocumentListener&) override {}
  bool connected() const override { return false; }
};

/// Nobody drives the journal here.
struct NoLog final : engine::Log {
  bool produce(const Message&) override { return false; }
  std::size_t reports(std::span<Report>) override { return 0; }
  std::string_view fatal_error() const override { return {}; }
  void read_back(const Place&, std::uint64_t) override {}
  std::optional<ReadBack> read_back_result() override { return std::nullopt; }
  void reopen(const Place&, engine::Time) override {}
  std::optional<Reopened> reopen_result() override { return std::nullopt; }
};

class Threads {
 public:
  Threads(std::size_t orders, std::size_t tape_slots, std::size_t tape_reserved,
          const handlers::PartitionRules& rules = {})
      : partition({.live = orders,
                   .tape_slots = tape_slots,
                   .tape_reserved = tape_reserved,
                   .transcript_bytes = 1 << 20,
                   .history_bytes = 1 << 19,
                   .history_events = 64,
                   .mails_under_way = 1},
                  rules,
                  {.log = log_,
                   .events = events_,
                   .store = store_,
                   .mailer = [](orders::TaskInbox& inbox) { return std::make_unique<SentAtOnce>(inbox); }},
                  {.handlers = {&parkers_[0], &parkers_[1], &parkers_[2], &parkers_[3], &parkers_[4]},
                   .journal = rest_,
                   .reactor = rest_},
                  clock_,
                  {.checkpoint = {0, 0, 0}, .opening_id = opening_, .found = found_, .recent = recent_}) {
    partition.inventory.set("sku-0", 1'000'000);
    for (std::size_t i = 0; i < saga::handlers; ++i) {
      runtime::Agent& stage = partition.stages.stage(i);
      workers_.push_back(std::make_unique<runtime::Worker>(std::string{stage.name()}, std::nullopt,
                                                           runtime::Idle::park, clock_, parkers_[i],
                                                           std::vector<runtime::Agent*>{&stage}));
      workers_[i]->start();
    }
  }
  ~Threads() { stop(); }

  void stop() {
    for (auto& worker : workers_) worker->stop();
    workers_.clear();
  }

 private:
  const runtime::SystemClock clock_;
  std::array<runtime::FutexParker, saga::handlers> parkers_;
  runtime::FutexParker rest_;  // of whoever plays the rest, who never sleeps
  NoStore store_;
  NoLog log_;
  const codec::CloudEvents events_{{}};
  const std::string opening_;
  recovery::Fold found_;  // nothing
  recovery::Recent recent_;

 public:
  handlers::Partition partition;

 private:
  std::vector<std::unique_ptr<runtime::Worker>> workers_;
};

}  // namespace stress
