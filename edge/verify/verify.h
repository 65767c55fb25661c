// `engine --verify`: the proof that topic and Redis say the same. The whole topic is read by the reader rule
// and folded; at the checkpoint that Redis has reached, Redis must hold exactly what the fold has come to;
// the books of the whole log must balance. It changes nothing: no EpochStarted, no lease, no fence.
//
//   0 … end: whose mail was asked for again
//   checkpoint ─▶ 0 … checkpoint: fold, held against Redis ─▶ … end: fold ─▶ checkpoint again: has it moved?
//
// Thread: main's, which it blocks.
// Bounds: memory for the orders under way, those whose mail was asked for again, one chunk of those that have
// ended, the ids of those whose document is not what it should be, and the entries of references that their order does not
// say.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "edge/kafka/reader.h"
#include "edge/redis/start.h"
#include "edge/verify/findings.h"
#include "edge/verify/ledger.h"
#include "engine/codec/document_parser.h"
#include "engine/codec/event_parser.h"
#include "engine/recovery/fold.h"
#include "engine/start_ports.h"
#include "engine/tape/reader_rule.h"

namespace verify {

class Verify {
 public:
  struct Task {
    const kafka::Settings& kafka;
    std::string type_prefix;
    engine::Duration keep{};  // of finished orders in Redis
    engine::Time now{};
  };

  Verify(Task task, redis::Start& redis) : task_(std::move(task)), redis_(redis) {}

  using Result = engine::Result<engine::Setback>;
  /// Done: all was read, and report() says what was found.
  Result run();
  std::string report() const;
  bool good() const { return !moved_ && findings_.count() == 0; }

 private:
  using Kind = Findings::Kind;
  using Setback = engine::Setback;

  // --- The log (verify.cc).
  /// Every record up to the end as it is now.
  Result read(const std::function<Result(const kafka::ReadRecord&)>& take);
  void note_mail_asked_for(const kafka::ReadRecord& record);
  void drop_ended();
  Result take(const kafka::ReadRecord& record);
  void fold(const kafka::ReadRecord& record);
  bool chunk_is_full() const;
  void close();
  Setback redis_failed() const { return {Setback::Kind::unreachable, redis_.error()}; }
  /// Nothing has been trimmed; else Redis cannot be compared.
  bool whole() const { return first_ == 0; }
  std::uint64_t& count(tape::Reading reading) { return readings_[static_cast<std::size_t>(reading)]; }
  std::uint64_t count(tape::Reading reading) const { return readings_[static_cast<std::size_t>(reading)]; }

  // --- Held against Redis (verify_redis.cc). False: Redis has not answered.
  Result compare_at_checkpoint();
  void compare_checkpoint(const tape::Heading& heading, tape::Reading reading);
  bool compare_ended();
  bool compare_stock();
  bool compare_live();
  void compare_contents();
  void hold(std::optional<std::string_view> document);
  void compare(const tape::Record& record, std::optional<std::string_view> document);
  void settle_suspects();
  bool look_whether_moved();
  // --- The indexes of references (verify_references.cc).
  bool load_references();
  void note_placed(const saga::Order& order, tape::Offset offset);
  bool find_references();
  void settle_references();

  const Task task_;
  redis::Start& redis_;
  redis::Start::Loaded begin_;
  Findings findings_;
  tape::ReaderRule rule_;
  recovery::Fold fold_;
  Ledger ledger_{[this](std::string text) { findings_.add(Kind::books, std::move(text)); }};
  codec::DocumentParser document_parser_;
  codec::EventParser events_{task_.type_prefix};

  // Documents that are not what the log says. An id may be placed anew, and then only the last counts.
  struct Suspect {
    tape::Offset offset = -1;  // of its last event
    bool absent = false;
  };
  std::unordered_map<saga::OrderId, Suspect, saga::OrderIdHash> suspects_;

  // Orders whose mail was asked for again, and what they were when they ended: an order that has left memory
  // goes on.
  std::unordered_map<saga::OrderId, tape::OwnedRecord, saga::OrderIdHash> mail_asked_for_;

  // Entries of references that their order's document does not say, by serial: an id may have been placed before, when it
  // said them.
  struct Entry {
    saga::OrderId id;
    std::string reference;
  };
  std::unordered_multimap<std::uint64_t, Entry> doubtful_;
  std::int64_t indexed_from_ = INT64_MAX;  // who ended behind it must be in the index of its reference
  std::vector<redis::Start::Reference> referenced_;  // of the chunk
  std::uint64_t references_ = 0;

  saga::Contents held_;    // by Redis
  bool compared_ = false;  // the checkpoint is reached
  bool moved_ = false;     // Redis, while we read
  std::size_t unwritten_ = 0;
  tape::Offset first_ = -1, last_ = -1;
  std::uint64_t records_ = 0, ahead_ = 0, from_before_ = 0, placed_ = 0;
  std::uint64_t documents_ = 0, expired_ = 0, only_in_redis_ = 0;
  std::array<std::uint64_t, 9> readings_{};
  std::array<std::uint64_t, saga::states> statuses_{};
};

}  // namespace verify
