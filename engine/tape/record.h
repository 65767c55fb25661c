// A live order, in one allocation: its constant part with all its text, the state that belongs to the token's
// holder, and what the outside may see. A pointer to it is the token.
//
// Thread: several parts, each with its owner, named at the members. Created and destroyed by the reactor's
// thread only (orders/orders.h).
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/runtime/timers.h"
#include "engine/saga/event.h"
#include "engine/saga/order.h"
#include "engine/tape/answer.h"
#include "engine/tape/calls_ended.h"
#include "engine/tape/event.h"
#include "engine/tape/steps.h"
#include "engine/time.h"

namespace tape {

struct Record;

/// A short text by value: a payment's reference, a tracking number.
/// Bounds: at most 47 bytes; what is longer is cut.
class ShortText {
 public:
  static constexpr std::size_t bytes_max = 47;

  ShortText() = default;
  explicit ShortText(std::string_view text)
      : size_(static_cast<std::uint8_t>(std::min(text.size(), bytes_max))) {
    std::copy_n(text.data(), size_, bytes_.data());
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::uint8_t size_ = 0;
  std::array<char, bytes_max> bytes_;  // the first size_ are valid
};

/// Somebody on the reactor's thread who waits for an order: an HTTP answer. Called for every acked event of
/// the order until it detaches itself.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void acked(const Record& record, const Event& event) = 0;

 private:
  friend struct Record;
  Waiter* next_ = nullptr;
};

/// What somebody outside asks of an order (law 1), one bit each.
enum class OrderRequest : std::uint8_t { cancel = 1, retry = 2 };

/// Whoever keeps an order waiting: for a provider's answer, for the next attempt, for a person.
class Keeper {
 public:
  virtual ~Keeper() = default;
  virtual void due(Record& record) = 0;
};

/// The order's place in its keeper's timing wheel.
class Wait final : public runtime::Timer {
 public:
  explicit Wait(Record& record) : record_(record) {}
  void kept_by(Keeper& keeper) { keeper_ = &keeper; }
  void fire(engine::Time) override { keeper_->due(record_); }

 private:
  Record& record_;
  Keeper* keeper_ = nullptr;
};

/// How an order stands with whoever outside has its turn (handlers/calls.h).
struct Asking {
  std::uint64_t call = 0;      // that is under way; 0: none
  std::uint32_t calls = 0;     // made in this turn by this engine
  bool queued = false;         // it is to be called when there is a place
  bool unknown = false;        // it may have been done: a call was sent, perhaps by an engine before
  engine::Time later_until{};  // they answer later, up to then; 0: they have not said so
};

/// Why an order that is kept is at rest, as far as this process is concerned.
enum class Rest : std::uint8_t { none, asked, retrying, parked };

struct Record {
  static constexpr std::int64_t untracked = INT64_MIN;  // in lines_left: nobody counts this sku

  /// One allocation of bytes_for(draft) bytes; the draft's text is copied.
  static Record* create(const saga::Order& draft);
  static void destroy(Record* record);
  static std::size_t bytes_for(const saga::Order& draft);

  // --- Constant after construction: any thread.
  saga::Order order;
  std::uint32_t bytes = 0;
  std::uint32_t json_bytes_max =
      0;  // of the order's fields as JSON (saga/render.h): measured once, written often

  // --- Each written once, by one step, before its event is on the tape; read by whoever has seen that event.
  std::span<std::int64_t>
      lines_left;  // InventoryUpdated: free to sell afterwards, line by line; or …Insufficient: before
  std::span<std::int64_t> lines_after;  // InventoryReleased: free to sell afterwards
  ShortText payment_reference;          // PaymentConfirmed
  ShortText refund_reference;           // PaymentRefunded
  ShortText tracking_number;            // ShippingConfirmed
  AnswersKept answers;  // what was said outside and has no place in these three, nor is of a mail

  /// PaymentConfirmed, PaymentRefunded, PaymentCaptured, ShippingRecalled: of the one that has happened.
  std::string_view reference(saga::EventKind kind) const;
  std::string_view tracking() const;  // ShippingConfirmed
  std::string_view carrier() const;   // the same
  /// What was said with an event beside the event itself; nullptr: nothing.
  const AnswerData* said_with(saga::EventKind kind) const;
  /// What was said with an event that the record is about to append, or of one that is read back.
  void keep_answer(saga::EventKind kind, const AnswerData& said);

  // --- Written when its mail is asked for again, before the token is handed on; then constant.
  std::uint32_t mail_step = 0;  // that of the last MailRequested; 0: its mail was never asked for again
  std::string mail_by;          // who asked
  std::string answer_before;    // mail_answer of the mails before

  // --- Who asked, by the token's name; empty: nobody is named. Written by the reactor's thread before the request is
  // passed on, and not again before its event is acked; read by its holder and by whoever has seen that event.
  std::string cancel_by;  // the holder keeps it with OrderCancelRequested, which may give a turn
  std::string retry_by;   // of the last OrderResumed only; nothing later depends on it

  // --- Owned by whoever holds the token.
  saga::State state = saga::State::none;
  std::uint32_t step = 0;
  engine::Time last_at{};  // of the step appended last, as it is shown
  Event given;             // that first gave the present turn: an order that is sent on has the turn it had
  Asking asking;
  Rest rest = Rest::none;  // it is kept, and counted as at rest
  // Deadlines of the order, and of its present step, count from here: when the event happened or was taken up
  // by an engine that started, on that engine's timeline and not on the wall clock (runtime/wall_clock.h).
  engine::Time order_since{};
  engine::Time step_since{};
  saga::Reason turned_by = saga::Reason::none;  // why it goes back
  std::uint32_t mails_unanswered = 0;           // its mail was sent so often without an answer,
  engine::Time mail_unanswered_at{};            // for the first time then
  std::string mail_answer;        // the mail server's last no, one line; NotificationFailed has it
  bool mail_unconfirmed = false;  // NotificationSent, though nobody has confirmed it
  std::unique_ptr<const AnswerData>
      mail_said;  // with the last Notification…; of the event only, its document is without it
  engine::Duration
      mail_pause{};         // as long as it is to be left alone, by the last answer; 0: that does not say
  engine::Time mail_due{};  // when its mail may be tried again
  Wait wait{*this};

  // --- Written by whoever holds the token, read by any.
  // relaxed: a handler asks whether it is the keeper itself, and only it writes its own name; for all others
  // it is a figure to show.
  std::atomic<saga::HandlerId> kept_by{saga::HandlerId::nobody};
  std::atomic<std::uint32_t> attempts{
      0};  // of the present step that came to nothing; parked: of the one before
  std::atomic<std::int64_t> next_attempt_ns{0};  // engine::Time; 0: it is under way, or nobody knows
  CallsEnded calls_ended;                        // a figure too
  /// It waits for another attempt at its step: a figure too, and a moment old. The reactor's thread asks.
  bool retrying() const {
    return !saga::parked(status) && kept_by.load(std::memory_order_relaxed) != saga::HandlerId::nobody &&
           attempts.load(std::memory_order_relaxed) > 0;
  }

  // --- Written by the reactor's thread, read by whoever holds the token.
  std::atomic<std::uint8_t> requests{0};
  // Pokes not yet taken: the record must not be freed before. The reactor adds, stages subtract (release;
  // pairs with the acquire in orders::Orders).
  std::atomic<std::uint8_t> pokes{0};

  bool requested(OrderRequest request) const {  // acquire: pairs with the release in orders::Dispatch
    return (requests.load(std::memory_order_acquire) & static_cast<std::uint8_t>(request)) != 0;
  }

  // --- Owned by the reactor's thread: what is acked, and so may be seen.
  saga::State status = saga::State::none;
  saga::Reason reason = saga::Reason::none;
  saga::Reason parked_by =
      saga::Reason::none;  // why, when it was parked last; none: an engine before this one knew
  std::uint32_t step_count = 0;
  std::uint32_t stored_step = 0;   // the last that the store has
  bool mailing = false;            // its token is with notification (orders/mail_backlog.h)
  bool in_live_set = false;        // Redis lists it among the unfinished
  std::uint8_t requests_sent = 0;  // requests passed on and, of a retry, not yet acked
  std::uint64_t serial =
      0;  // one more than its first event's offset, so the same in every engine; 0: not acked
  std::size_t position = 0;      // in orders::Orders
  std::uint32_t store_mark = 0;  // one more than its place in the batch that the store builds; 0: not in it

  /// Of those that the store has, steps alike are kept as one (steps.h).
  const Steps& steps() const { return steps_; }
  const Step& last_step() const { return steps_.at(step_count); }
  /// What `serial` is as soon as its first event is acked.
  std::uint64_t placed_serial() const { return static_cast<std::uint64_t>(steps_.at(1).offset) + 1; }
  /// The next one.
  void add_step(const Step& acked) {
    steps_.add(acked);
    step_count = acked.number;
  }
  /// Of an order that is read back: as Steps::add_repeats() has it.
  void add_repeats(const Step& last, std::uint32_t more) {
    steps_.add_repeats(last, more);
    step_count = std::max(step_count, last.number);
  }
  /// The store has the order as of this step.
  void stored(std::uint32_t number) {
    stored_step = number;
    steps_.fold(number);
  }
  /// The mail server's last no as of the NotificationFailed that is step `failed`; acked.
  const std::string& answer_to(std::uint32_t failed) const {
    return failed <= mail_step ? answer_before : mail_answer;
  }
  /// Its mail is asked for again, as step `step` says or will say. The token is nobody's.
  void ask_for_mail(std::uint32_t step);

  void attach(Waiter& waiter);
  void detach(Waiter& waiter);
  bool awaited() const { return waiters_ != nullptr; }
  /// Calls every waiter; each may detach itself.
  void tell(const Event& event);

 private:
  Record() = default;
  void keep_mail_answer(saga::EventKind kind, const AnswerData& said);
  Waiter* waiters_ = nullptr;
  Steps steps_;
};

struct DestroyRecord {
  void operator()(Record* record) const { Record::destroy(record); }
};
/// Of one that is not live yet, or of nobody's orders.
using OwnedRecord = std::unique_ptr<Record, DestroyRecord>;

}  // namespace tape
