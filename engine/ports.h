// What the core needs from outside, as small interfaces. The real ones are in edge/, one folder per
// neighbour; the simulator has its own. None of their calls blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/saga/contents.h"
#include "engine/saga/id.h"
#include "engine/tape/record.h"
#include "engine/tape/tape.h"
#include "engine/tape/task.h"

namespace engine {

/// The topic partition, as the journal sees it: one idempotent producer in one epoch of ours, and a way to
/// replace it by another in a new epoch (law 9). Thread: the journal's. None of the calls blocks; questions
/// (read_back, reopen) are answered later, and whoever asked is signalled. One question at a time.
class Log {
 public:
  struct Header {
    std::string_view name, value;
  };
  struct Message {
    std::string_view key;
    std::string_view value;
    std::span<const Header> headers;
    std::uint16_t generation = 0;  // of the producer: one more with each reopening
    std::uint64_t seq = 0;         // both come back in the report
  };
  struct Report {
    std::uint16_t generation = 0;
    std::uint64_t seq = 0;
    tape::Offset offset = -1;  // negative: the report had none
  };

  using Place = tape::Place;

  virtual ~Log() = default;
  /// Copies the message. False: its queue is full, come again after reports; or there is a fatal_error().
  virtual bool produce(const Message& message) = 0;
  /// Delivered messages, in any order; returns how many of `out` were filled. Reports of an older producer
  /// may come at any time and are to be ignored.
  virtual std::size_t reports(std::span<Report> out) = 0;
  /// Empty while the producer works; else why it never will again. Then call reopen().
  virtual std::string_view fatal_error() const = 0;

  /// Asks for the log behind `released` to be read, up to our `up_to`.
  virtual void read_back(const Place& released, std::uint64_t up_to) = 0;
  struct ReadBack {
    std::span<const tape::Offset> offsets{};  // of our seqs behind the released one, without a gap
    bool replaced = false;                    // another engine has opened an epoch
    bool missing = false;                     // the seq behind those has no valid place: it never will
    bool lost = false;                        // the released record itself is gone
    bool failed = false;                      // could not be read, or not to the end: ask again
  };
  /// Nothing as long as it is not known. The views live until the next question.
  virtual std::optional<ReadBack> read_back_result() = 0;

  /// Ends the producer, dropping what it still holds (of what is on its way, some may be written all the
  /// same), and begins another: produces EpochStarted with `after` = released.epoch and the time `now`, and
  /// reads from the released record up to it by the reader rule. `released` is what the journal released
  /// last; seq 0: nothing yet in this epoch, it is our EpochStarted itself. Between the call and its result
  /// nothing is produced.
  /// While Kafka is away the answer may take as long as that. After `failed` ask again: that goes on with the
  /// same opening (same id; should both copies be written, the first one counts).
  virtual void reopen(const Place& released, Time now) = 0;
  struct Reopened {
    std::int64_t epoch = -1;                  // of the opening: from now on produce seq 1, 2, … in it
    std::span<const tape::Offset> offsets{};  // of the seqs that made it into the old epoch, without a gap
    bool replaced = false;                    // another engine has opened an epoch in between
    bool lost = false;                        // the released record itself is gone
    bool failed = false;                      // not opened, or not read up to it
  };
  /// The views live until the next question.
  virtual std::optional<Reopened> reopen_result() = 0;
};

/// What somebody outside says of an order on the topic of requests: a record without epoch and seq.
struct Request {
  enum class Kind : std::uint8_t {
    answer,   // to an event of an order
    foreign,  // an event of another kind
    broken,   // not as it must be
  };
  tape::Offset offset = -1;  // in its own topic
  Kind kind = Kind::broken;

  // --- Of an answer.
  saga::OrderId order{};
  std::uint32_t step = 0;  // of the event that it answers
  saga::EventKind event = saga::EventKind::OrderPlaced;
  tape::AnswerData said{};  // with `cause`, which is its own name
  std::size_t bytes = 0;    // about as many as it takes
};

/// The topic of requests, read in offset order. Thread: the reactor's, which is signalled when there are some.
class RequestLog {
 public:
  virtual ~RequestLog() = default;
  /// Called once, before the first take(): where to begin.
  virtual void start(tape::Offset from) = 0;
  /// Appends the next ones, at most `count`. Returns how many.
  virtual std::size_t take(std::size_t count, std::vector<Request>& out) = 0;
  /// Everything below it has been taken, or is no request.
  virtual tape::Offset taken_to() const = 0;
};

/// Redis, as the store and the HTTP edge see it. Thread: the reactor's.
class Store {
 public:
  using Checkpoint = tape::Place;  // of the last event that was applied
  enum class LiveSet : std::uint8_t { leave, add, remove };
  struct OrderWrite {
    saga::OrderId id;
    std::string_view document;  // codec/document.h
    LiveSet live = LiveSet::leave;
    bool finished = false;  // expires after [orders] keep, and joins the recent ones
    bool again = false;     // finished, and may be among them already
    // A finished one is found by it as long as its document is there.
    std::string_view reference{};  // the shop's own number; empty: it has none
    std::uint64_t serial = 0;      // as tape::Record's
  };
  struct StockWrite {
    std::string_view sku;
    std::int64_t free = 0;
  };
  /// One atomic unit: applied only on the checkpoint it follows.
  struct Batch {
    Checkpoint follows, reaches;
    std::span<const OrderWrite> orders;
    std::span<const StockWrite> stock;
    std::string_view opening{};      // id of the opening of the epoch it reaches; empty: not known
    std::int64_t fence = -1;         // the writer's epoch; negative: the one it reaches
    saga::Contents contents{};       // of Redis, once the batch is applied
    std::string_view fingerprint{};  // of the log, as is remembered from now on; empty: it stays
    bool recent_lost = false;        // the list of finished orders is short, and goes on as it is
    tape::Offset requests = -1;      // below which all requests are settled; negative: it stays
  };
  enum class Applied : std::uint8_t {
    applied,    // now, or already
    fenced,     // a newer engine has fenced us off: stop for good
    elsewhere,  // the checkpoint there is neither: Redis has lost writes
  };

  virtual ~Store() = default;
  /// Copies the batch. False: as many batches are in flight as may be; come again after results.
  /// Lost connections and passing states of Redis are handled behind this port: the same batch is sent again
  /// until its outcome is known.
  virtual bool submit(const Batch& batch) = 0;
  /// The outcome of the oldest batch in flight; nothing as long as it is not known.
  virtual std::optional<Applied> result() = 0;

  /// Whoever asked for an order's document, or for those of a reference: called once, never from within the question.
  class DocumentListener {
   public:
    virtual ~DocumentListener() = default;
    enum class Found : std::uint8_t { yes, no, unavailable };
    virtual void found(Found found, std::string_view document) = 0;
  };
  /// Answers come in the order of finds. What is found may be as it was before a batch whose result has not come: until
  /// then the order is in memory, which is looked into again when the answer is here.
  virtual void find(const saga::OrderId& id, DocumentListener& listener) = 0;
  /// The finished orders of a reference: the `limit` newest of them below `before` (a serial), as lines
  /// "<serial> <order id>\n", newest first. Of some of them the document may have gone. `no`: there are none.
  virtual void find_reference(std::string_view reference, std::uint64_t before, std::size_t limit,
                              DocumentListener& listener) = 0;
  /// The listener is gone; its answer is dropped.
  virtual void forget(DocumentListener& listener) = 0;
  virtual bool connected() const = 0;
};

/// SMTP. Results come as TaskKind::mail_result into notification's inbox. Thread: notification's.
struct Mail {
  tape::Record* record = nullptr;  // lives until its result has been handled
  saga::MailTemplate what = saga::MailTemplate::shipping_confirmation;
  std::uint32_t again = 0;  // the step that asked for it; 0: nobody did, it is the first
  engine::Time at{};        // of the event that caused it
  saga::Reason reason = saga::Reason::none;
};
class Mailer {
 public:
  virtual ~Mailer() = default;
  virtual void submit(const Mail& mail) = 0;
};

/// Whoever does a handler's work outside and is called for it. Answers come as TaskKind::answer into the handler's
/// inbox, one for each call that was not withdrawn. Thread: the handler's.
struct Call {
  std::uint64_t id = 0;  // comes back in the answer
  saga::Turn turn = saga::Turn::none;
  std::string key;   // of the effect, <orderId>.<turn>: the same in every attempt
  std::string body;  // the CloudEvent: the same bytes in every attempt
  std::uint32_t attempt = 1;
  std::string traceparent{};    // the order's; empty: it belongs to no trace
  std::uint64_t step_span = 0;  // of the step that the call is made for, in that trace
};
class Participant {
 public:
  virtual ~Participant() = default;
  /// False: as many wait as may; come again after an answer.
  virtual bool ask(Call call) = 0;
  /// True: nothing of it has left, and no answer comes. False: it is under way or has ended, and its answer comes.
  virtual bool withdraw(std::uint64_t id) = 0;
};

/// Whoever follows the acked events on the reactor's thread: the HTTP edge's event stream.
class AckedListener {
 public:
  virtual ~AckedListener() = default;
  /// The transcript's entries below `released` may be read now.
  virtual void released(tape::Index released) = 0;
};

}  // namespace engine
