// One producer of an engine on the partition, as engine::Log. It writes and reports when it is told to, in
// ways that real brokers and clients have been seen to: late, shuffled, without offsets, with records of
// others in between.
//
//   produce ─▶ sent ──write──▶ partition, report due ──report──▶ reports() ─▶ the journal
//
// The producer may die, and is reopened as kafka::Producer does it (law 9): what it had on the wire is left
// to the stragglers.
//
// Thread: the world's one.
// Invariants: records are written in the order they were produced in, each is reported once.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/codec/cloud_event.h"
#include "engine/codec/heading.h"
#include "engine/journal/read_back_rule.h"
#include "engine/ports.h"
#include "tests/sim/faults.h"
#include "tests/sim/partition.h"
#include "tests/sim/stragglers.h"

namespace sim {

class VirtualLog final : public engine::Log {
 public:
  /// The opening is on the partition already, at `epoch`.
  VirtualLog(Partition& partition, Stragglers& stragglers, Faults& faults, Random& random, std::int64_t epoch,
             std::string opening_id);
  ~VirtualLog() override;

  // --- engine::Log
  bool produce(const Message& message) override;
  std::size_t reports(std::span<Report> out) override;
  void read_back(const Place& released, std::uint64_t up_to) override;
  std::optional<ReadBack> read_back_result() override;
  void reopen(const Place& released, engine::Time now) override;
  std::optional<Reopened> reopen_result() override;
  std::string_view fatal_error() const override { return fatal_; }

  // --- What the world makes it do.
  /// One turn of the network and the broker; how much happened.
  int turn();
  /// Everything that is on its way arrives.
  int turn_calmly();
  /// Frozen with its engine: only what is on the wire goes on.
  int turn_frozen();
  /// Writes the oldest `count` and reports them, shuffled.
  void acknowledge(std::size_t count);

  // --- What the world can see.
  std::int64_t epoch() const { return epoch_; }
  std::uint64_t produced() const { return produced_; }
  int read_backs() const { return read_backs_; }
  /// Up to this one, the journal has been told of every event of the tape that it was delivered.
  tape::Index told() const { return base_ + told_; }

 private:
  struct Sent {
    Stragglers::Record record;
    std::uint64_t seq = 0;
    std::uint16_t generation = 0;
  };
  struct Reopening {
    Place released;
    engine::Time at;
    bool announced = false;
  };

  void die();
  void leave_wire();
  bool reopen_step();
  void read(journal::ReadBackRule& rule, tape::Offset from);
  void write(std::size_t count);
  void write_of_others();
  void report(std::size_t count);
  bool answer_read_back();
  void tell(std::uint64_t seq);

  static constexpr std::size_t queue_max = 1000;
  Partition& partition_;
  Faults& faults_;
  Random& random_;
  Stragglers& stragglers_;
  const codec::CloudEvents events_{{}};
  std::int64_t epoch_;
  std::string opening_id_;
  std::string fatal_;  // of this producer
  std::string next_opening_id_;

  std::uint64_t produced_ = 0;
  std::deque<Sent> sent_;
  std::vector<Report> due_, reports_;
  std::uint64_t stalled_ = 0;  // for as many turns

  tape::Index base_ = 0;  // of the epoch's seq 1
  std::uint16_t generation_ = 0;
  std::vector<bool> told_seqs_;
  std::uint64_t told_ = 0;

  struct Question {
    Place released;
    std::uint64_t up_to = 0;
  };
  std::optional<Question> question_;
  std::optional<ReadBack> answer_;
  std::optional<Reopening> reopening_;
  std::optional<Reopened> reopened_;
  std::uint64_t reopened_behind_ = 0;  // this seq
  std::vector<tape::Offset> offsets_;  // what answer_ points at
  std::unique_ptr<codec::HeadingParser> headings_;
  int read_backs_ = 0;
};

}  // namespace sim
