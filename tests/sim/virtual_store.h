// One engine's connection to Redis as engine::Store. It serves and answers when it is told to, and may be
// lost with everything that was on its way, before or after Redis has applied it.
//
//   submit, find ─▶ sent ──serve──▶ Redis ─▶ replies ──deliver──▶ result(), DocumentListener::found
//
// Thread: the world's one.
// Invariants: as edge/redis/connection.h: answers in the order of finds, a batch is checked before it is written, and
// sent again until its outcome is known; a find is not.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/ports.h"
#include "tests/sim/faults.h"
#include "tests/sim/redis.h"

namespace sim {

class VirtualStore final : public engine::Store {
 public:
  VirtualStore(Redis& redis, Faults& faults, Random& random)
      : redis_(redis), faults_(faults), random_(random) {}
  /// What was on its way may still reach Redis.
  ~VirtualStore() override;

  /// As redis::Connection: Redis has reached this offset; if it is behind, nothing can be found.
  void stands_at(tape::Offset offset) { reached_ = reaching_ = offset; }
  bool lost_writes() const { return lost_writes_; }
  bool fenced() const { return fenced_; }

  // --- engine::Store
  bool submit(const Batch& batch) override;
  std::optional<Applied> result() override;
  void find(const saga::OrderId& id, DocumentListener& listener) override;
  void find_reference(std::string_view reference, std::uint64_t before, std::size_t limit,
                      DocumentListener& listener) override;
  void forget(DocumentListener& listener) override;
  bool connected() const override { return connected_; }

  // --- What the world makes it do.
  /// One turn of the network and the server; how much happened.
  int turn();
  /// Everything that is on its way arrives; how much that was.
  int answer();

 private:
  struct Sent {
    bool batch = false;
    saga::OrderId id;
    std::optional<std::string> reference{};  // asked for in place of an id,
    std::uint64_t before = UINT64_MAX;       // below this serial
    std::size_t limit = 0;
    DocumentListener* listener = nullptr;
    tape::Offset reached = -1;
    bool checked = false;  // a batch: it may be written
  };
  struct Reply {
    Sent to;
    bool refused = false;  // a passing error: LOADING, BUSY, OOM, …
    Applied applied = Applied::applied;
    DocumentListener::Found found = DocumentListener::Found::no;
    bool fenced = false;
    bool behind = false;
    std::string document;
  };
  void probe();
  bool part_is_gone() const;
  void serve();
  void deliver();
  void lose();

  Redis& redis_;
  Faults& faults_;
  Random& random_;
  bool connected_ = true;
  tape::Offset reached_ = INT64_MAX, reaching_ = INT64_MAX;
  bool lost_writes_ = false, fenced_ = false;
  std::uint64_t stalled_ = 0;  // for as many turns
  std::unique_ptr<KeptBatch> pending_;
  std::optional<Applied> result_;
  std::deque<Sent> sent_;
  std::deque<Reply> replies_;
  std::deque<DocumentListener*> unavailable_;  // asked while it was not connected
};

}  // namespace sim
