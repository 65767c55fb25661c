// The life of an engine on one partition, from the start to its end; it exists once. The process and the simulator run
// this same object, each as its Host.
//
//   starting ─▶ standby ─▶ reading Redis ─▶ opening the log ─▶ replaying ─▶ serving ─▶ draining ─▶ ended
//      ▲                      │ Redis has moved                    │           │ Redis has lost writes
//      └──────────────────────┴────────── letting go ◀─────────────┴───────────┘
//   anything that it cannot go on from: ending, until everybody who waits has been told, or a second ─▶ ended
//
// Thread: one, of the host's; phase() and text() from any. do_work() blocks while the engine starts: the host's
// questions do (engine/start_ports.h). Once it serves, it does not.
// Invariants: a partition is there from serving on, until drop(). "drained" means that all that was said is
// acked and stored. Bounds: a drain ends `drain_deadline` after it began, or at a second stop.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/recovery/replay.h"
#include "engine/runtime/agent.h"
#include "engine/runtime/clock.h"
#include "engine/start_ports.h"
#include "handlers/partition.h"

namespace handlers {

/// How it ended.
struct Ending {
  bool drained = false;                                        // told to stop, and nothing was left behind
  engine::Setback::Kind kind = engine::Setback::Kind::failed;  // else why
  std::string text{};
};

/// What a life cycle is embedded in. Thread: the life cycle's, throughout; what is marked so may block.
class Host {
 public:
  virtual ~Host() = default;

  /// Asked often; true once for each time that somebody wants it to stop.
  virtual bool told_to_stop() = 0;
  enum class Tone : std::uint8_t { info, warning, error };
  struct Figure {
    std::string_view name;
    std::variant<std::uint64_t, double> value;
  };
  virtual void say(Tone tone, std::string_view text, std::initializer_list<Figure> figures = {}) = 0;
  virtual void reached() = 0;  // another phase

  // --- The start, in its order.
  using Result = engine::Result<engine::Setback>;
  /// Whoever asks for health is answered from here on. Nothing of an earlier partition is there any more.
  virtual Result begin() = 0;
  /// Blocks while another engine owns the topic; tells which, as often as that changes.
  virtual Result stand_by(const engine::ToldToStop& told_to_stop,
                          const std::function<void(const std::string& owner)>& behind) = 0;
  /// Blocks until Redis can be asked.
  virtual Result connect(const engine::ToldToStop& told_to_stop) = 0;
  virtual engine::StartStore& store() = 0;  // once it is connected
  virtual engine::StartLog& log() = 0;      // a new one for each start
  /// Makes the partition, and has its agents run; the intake is still closed. It is there until drop().
  virtual Result serve(const Opened& opened) = 0;
  virtual Partition& partition() = 0;
  virtual void served() = 0;  // the intake is open

  // --- While it serves, and later.
  /// A neighbour without which nothing goes on, and that nobody brings back.
  virtual std::optional<engine::Setback> lost_neighbour() = 0;
  /// The connection to Redis has seen it: writes are lost; a newer engine has fenced this one.
  virtual bool store_lost_writes() = 0;
  virtual bool store_fenced() = 0;
  /// Requests whose answer has not left completely.
  virtual int open_requests() = 0;
  /// Who waits for more than an acknowledgement does so no longer.
  virtual void end_waits() = 0;
  /// Nobody new comes; who is there is answered, and goes.
  virtual void close_listener() = 0;
  /// Who still waits is told that the outcome is not known.
  virtual void answer_unknown() = 0;
  /// The partition's agents stop, and it goes.
  virtual void drop() = 0;
};

class LifeCycle final : public runtime::Agent {
 public:
  struct Settings {
    std::string topic;
    std::string type_prefix;
    std::string engine_id;
    bool store_forgets = false;  // knowingly: it is not warned of
    std::function<std::string()> new_opening_id;
    engine::Duration keep{};      // of finished orders in Redis
    engine::Duration patience{};  // with a log that does not go on
    engine::Duration drain_deadline{};
    std::size_t chunk_events = engine::limits::store_batch_events;
  };
  static constexpr engine::Duration answer_patience = std::chrono::seconds{2};
  static constexpr engine::Duration goodbye_patience = std::chrono::seconds{1};

  LifeCycle(Settings settings, Host& host, const runtime::Clock& clock);

  int do_work(runtime::Time now) override;
  /// How soon it wants to look again.
  runtime::Time next_deadline() const override { return next_; }
  std::string_view name() const override { return "life cycle"; }

  enum class Phase : std::uint8_t {
    starting,
    standby,
    reading_redis,
    opening_log,
    replaying,
    serving,
    draining,
    letting_go,
    ending,
    ended
  };
  // From any thread.
  Phase phase() const { return phase_.load(std::memory_order_acquire); }  // pairs with reach()
  bool starting() const { return phase() < Phase::serving; }
  bool ready() const;
  /// Where it is, for people.
  std::string text() const;

  /// Once it has ended.
  const Ending& ending() const { return ending_; }
  std::int64_t epoch() const { return epoch_.load(std::memory_order_relaxed); }  // a figure

 private:
  using Result = Host::Result;
  using Setback = engine::Setback;
  using Tone = Host::Tone;

  void reach(Phase phase);
  bool stopping();

  // The start (life_start.cc): blocks.
  int begin();
  Result start();
  Result read_redis(engine::LogBegin& begin, tape::Offset& requests);
  Result open_log(const engine::LogBegin& begin, const std::string& opening_id);
  Result replay(recovery::Replay& replay);
  void read_up_to(tape::Offset offset);

  // From then on: a look each.
  int watch(runtime::Time now);
  std::optional<Setback> stopped();
  bool redis_lost_writes() const;
  void begin_drain(runtime::Time now);
  int drain(runtime::Time now);
  void let_go(runtime::Time now);
  int go_on_letting_go(runtime::Time now);
  int end(runtime::Time now, Ending ending);
  int go_on_ending(runtime::Time now);
  bool all_answered() const;

  const Settings settings_;
  Host& host_;
  const runtime::Clock& clock_;

  Partition* partition_ = nullptr;  // the host's, from serving on
  bool stopping_ = false, has_served_ = false;
  bool told_stalled_ = false, told_goodbye_ = false, closed_ = false;
  int at_rest_ = 0;  // looks in a row
  runtime::Time next_{}, deadline_{}, progress_told_at_{};
  Ending ending_;

  // --- Shared: written by the life cycle's thread, shown by others.
  std::atomic<Phase> phase_{Phase::starting};
  std::atomic<tape::Offset> offset_{-1};  // read so far: relaxed, a figure to show
  std::atomic<std::int64_t> epoch_{-1};
  mutable std::mutex owner_mutex_;
  std::string owner_;  // of the topic, while this one stands by
};

}  // namespace handlers
