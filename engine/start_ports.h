// What a start asks of Redis and of the log before a partition is there, and what may come of it. Unlike those of
// ports.h these questions block whoever asks: for at most a deadline that the neighbour has, while nothing comes of
// them, or until told to stop. The real ones are in edge/, the simulator has its own.
//
// Thread: the one that the life cycle runs on (handlers/life_cycle.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/ports.h"
#include "engine/result.h"
#include "engine/tape/reader_rule.h"
#include "engine/time.h"

namespace engine {

/// Why a start, or a whole engine, goes no further.
struct Setback {
  enum class Kind : std::uint8_t {
    unreachable,             // a neighbour, in time
    do_not_belong_together,  // topic and Redis
    replaced,                // another engine has opened the topic since
    wrong_setting,
    failed,  // nothing of these
    told_to_stop,
    moved,  // Redis has changed meanwhile: nothing is wrong for good, to be begun once more
  };
  Kind kind;
  std::string text;
};

using ToldToStop = std::function<bool()>;

/// Redis before anything runs: where the checkpoint stands; the fence that keeps older engines' batches out; then
/// what is live and in stock; and the batches in which the fold of the log goes back.
class StartStore {
 public:
  struct Loaded {
    Store::Checkpoint checkpoint{};  // {-1, -1, 0} when Redis is empty
    std::string opening{};           // the id of the opening of the checkpoint's epoch, where it is known
    std::int64_t fence = -1;         // the newest epoch that has fenced; -1: none
    std::string engine{};            // who did
    std::string fingerprint{};       // of the log, as the last batch said
    /// What Redis held at the checkpoint; nothing: an engine that does not count has written it.
    std::optional<saga::Contents> contents{};
    /// How many finished orders it lists; and how many at the checkpoint, in the same way.
    std::uint64_t recent = 0;
    std::optional<std::uint64_t> recent_then{};
    std::string refusal{};                // about a setting with which no promise holds; empty: none
    std::vector<std::string> warnings{};  // about settings that break a promise
    tape::Offset requests = 0;            // below which all requests off the topic are settled
  };
  struct Fence {
    std::int64_t epoch = -1;
    std::string_view engine;  // this engine's id
  };
  enum class Fenced : std::uint8_t {
    set,     // now, or already
    newer,   // a newer epoch's fence is there: this engine has been replaced
    failed,  // error() says why
  };
  using Stock = std::vector<std::pair<std::string, std::int64_t>>;  // sku, free; each once
  using TakeLive = std::function<bool(std::string_view id, std::optional<std::string_view> document)>;

  virtual ~StartStore() = default;
  virtual std::optional<Loaded> load() = 0;
  /// Where the checkpoint stands is another question, asked behind it: load().
  virtual Fenced set_fence(const Fence& fence) = 0;
  /// Redis has reached nothing any more, behind our fence; levels stay as they are, for the fold to write over.
  /// `failed` too if our fence is gone: error() is empty then.
  virtual Fenced reset(std::int64_t epoch) = 0;

  // --- Behind the fence no older engine writes; a newer one may, so whoever reads in parts asks once more
  // whether checkpoint and fence have stayed.
  virtual std::optional<Stock> load_stock() = 0;
  /// Every unfinished order with its document, nothing where there is none; one may come twice. False from `take`
  /// ends it, as an error does.
  virtual bool load_live(const TakeLive& take) = 0;
  /// The documents of these orders, one by one in the same way and order.
  virtual bool load_documents(std::span<const std::string_view> ids, const TakeLive& take) = 0;
  /// The orders that ended last, the newest first, `count` at most, with their documents in the same way. False
  /// too if not all of them came within `patience`: error() says so.
  virtual bool load_recent(std::size_t count, Duration patience, const TakeLive& take) = 0;
  /// Applies a batch and waits for it. `keep`: finished orders. Nothing: error() says why.
  virtual std::optional<Store::Applied> write(const Store::Batch& batch, Duration keep) = 0;
  virtual const std::string& error() const = 0;
};

/// A record as read; the views live until the next call.
struct LogRecord {
  tape::Heading heading;
  std::string_view key, value;
  std::span<const Log::Header> headers;
};
enum class ReadStatus : std::uint8_t {
  record,
  end,        // nothing more at the moment
  nothing,    // not within the time given
  no_offset,  // the topic does not have the offset asked for
  no_topic,
};

/// A checkpoint as Redis remembers it; offset -1: none, the log is read from its beginning.
struct LogBegin {
  Store::Checkpoint checkpoint{};
  std::string opening_id{};  // of the checkpoint's epoch, where it is known
};

/// The log behind a checkpoint, read by the reader rule.
class LogTail {
 public:
  virtual ~LogTail() = default;
  /// Whether the record at the checkpoint, or without one the first there is, is the one that is remembered.
  virtual Result<Setback> find() = 0;
  /// With ReadStatus::record, `reading` is what the rule says of it.
  virtual ReadStatus next(Duration wait, LogRecord& out, tape::Reading& reading) = 0;
  /// The id of the opening of the epoch that was read last.
  virtual const std::string& opening() const = 0;
  virtual std::string last_error() const = 0;
};

/// The log before it is open.
class StartLog {
 public:
  struct Request {
    std::string opening_id{};  // a new UUID
    LogBegin begin{};          // as Redis has it
    Time at{};
    std::function<void(tape::Offset)> progress{};    // told of each offset on the way to the opening
    ToldToStop told_to_stop = [] { return false; };  // asked now and then; then it is not opened
  };
  struct Opening {
    Result<Setback> result{};
    std::vector<std::string> warnings{};
    std::int64_t epoch = -1;  // the offset of our EpochStarted
  };

  virtual ~StartLog() = default;
  /// Holds the record at the checkpoint against what Redis remembers, produces EpochStarted and reads up to it.
  virtual Opening open(const Request& request) = 0;
  virtual std::unique_ptr<LogTail> tail(const LogBegin& begin) = 0;
};

}  // namespace engine
