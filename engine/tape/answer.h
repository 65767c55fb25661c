// What somebody outside answers when an order's turn is theirs (saga/turn.h): the message that comes into the handler's
// inbox, and what of it the order keeps, for its event, its document, and whoever has the turn after that.
//
// Thread: an Answer is made by whoever hears it and read by the handler's stage; it passes with its task.
// Bounds: texts as whoever hears them lets them be; `data` up to 4 KiB.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/saga/event.h"
#include "engine/saga/turn.h"
#include "engine/time.h"

namespace tape {

struct Record;

/// What was said with an event, beside the event itself.
struct AnswerData {
  std::string reference{};  // the payment's, the refund's, …
  std::string detail{};     // why not, in their own words
  std::string tracking_number{}, carrier{};
  std::string data{};          // a JSON object, byte for byte
  std::string cause{};         // "<source>#<id>" of the request on the topic that said it
  std::string by{};            // the person who said it
  std::uint32_t attempts = 0;  // of …Unresolved: so many calls were sent
};

/// What was said with each of an order's events. Each is written once, before its event is on the tape, and read by
/// whoever has seen that event; most orders have none.
class AnswersKept {
 public:
  const AnswerData* find(saga::EventKind kind) const {
    return slots_ == nullptr ? nullptr : (*slots_)[static_cast<std::size_t>(kind)].get();
  }
  void keep(saga::EventKind kind, const AnswerData& data) {
    if (slots_ == nullptr) slots_ = std::make_unique<Slots>();
    (*slots_)[static_cast<std::size_t>(kind)] = std::make_unique<const AnswerData>(data);
  }

 private:
  using Slots = std::array<std::unique_ptr<const AnswerData>, saga::event_kinds>;
  std::unique_ptr<Slots> slots_;
};

/// How far a call got. In doubt it is the later one: nothing is undone of what was never reached.
enum class Reach : std::uint8_t {
  never_reached,  // there was no connection that the request could have left on
  sent,           // some of it may have left; no whole answer came
  answered,
};

/// What they said who answer later: what the customer has to do, as a JSON object, and until when; both may be empty.
struct SaidLater {
  std::string action{}, until{};
  std::string error{};  // not theirs: why the last call came to nothing
};

struct Answer {
  // What it answers: a call, or, of who was not called or answers later, the order's turn.
  std::uint64_t call = 0;
  Record* record = nullptr;  // of no call: it lives until the task is taken (Record::pokes)
  saga::Turn turn = saga::Turn::none;

  enum class Verdict : std::uint8_t {
    decided,        // it happened, for good: `kind` and `said`
    later,          // to be asked again, or told without being asked: `later`
    not_now,        // under way there, or not now; no attempt counts
    not_this_time,  // again with backoff
  };
  Verdict verdict = Verdict::not_this_time;
  Reach reach = Reach::answered;
  std::optional<engine::Duration> retry_after{};

  saga::EventKind kind = saga::EventKind::OrderPlaced;
  AnswerData said{};
  SaidLater later{};
  std::string why{};  // it came to nothing, on one line for people

  /// Whether the effect may have happened without our knowing: the call that undoes it must name its key.
  bool leaves_unknown() const { return reach != Reach::never_reached && verdict != Verdict::decided; }
};

}  // namespace tape
