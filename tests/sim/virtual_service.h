// Those of a shop who do payment, inventory or shipping over the topic, or send the mails: they read the events by the reader rule, do what
// gives them the turn, in the same books as those who are called (effects.h), and say so by a request. They are slow, say
// it late, twice or never, break a record, and name the wrong event; and strangers say what is not theirs to say.
//
//   partition ─▶ read ─▶ to do ─▶ Effects ─▶ to say ─▶ the topic of requests
//
// It outlives the engines, which cannot tell when it reads an event: before its ack, or long behind the order's next.
//
// Invariants it holds the engines to, at the end: an event that names a request was asked for by that very request, which
// says the same of the turn that it answers, and no event but that answers this turn; what was said without a right to it
// is the cause of nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/codec/request_parser.h"
#include "tests/sim/books.h"
#include "tests/sim/effects.h"
#include "tests/sim/virtual_mailer.h"

namespace sim {

class VirtualService {
 public:
  /// `who`: whose work is done so; `topic`: where they ask; `away`: they do nothing meanwhile.
  VirtualService(Books& books, Partition& topic, Effects& effects, Mailbox& mailbox,
                 const Model::Outside& who, Faults& faults, Random& random, const bool& away)
      : books_(books),
        topic_(topic),
        effects_(effects),
        mailbox_(mailbox),
        who_(who),
        faults_(faults),
        random_(random),
        away_(away),
        next_(books.partition().begin()) {}

  /// One thing happens; how much it was.
  int turn();
  /// Everything that can be done without faults and without time.
  int turn_calmly();
  /// When nothing is under way.
  void check(const Model& log) const;

 private:
  struct Turn {
    std::string order;
    std::size_t step = 0;  // of the event that gave it
    saga::Turn turn = saga::Turn::none;
  };
  struct Said {
    Turn of;
    tape::Answer answer;
  };
  struct Asked {
    std::string order, type;
    std::size_t step = 0;
    bool may = true;  // it is theirs to say
  };

  int read(tape::Offset through);
  int work(std::size_t index, bool calm);
  tape::Answer send_mail(const Turn& turn);
  void speak(const Said& said, bool calm);
  void request(const std::string& source, const Asked& asked, const tape::AnswerData& said);
  void speak_out_of_turn();
  bool does(saga::HandlerId handler) const;
  void check_step(std::string_view id, const Model::Order& order, std::size_t step) const;

  Books& books_;
  Partition& topic_;
  Effects& effects_;
  Mailbox& mailbox_;
  const Model::Outside who_;
  Faults& faults_;
  Random& random_;
  const bool& away_;
  tape::Offset next_;  // event to read
  std::vector<Turn> to_do_;
  std::vector<Said> to_say_;
  std::map<std::string, Asked, std::less<>> asked_;  // by the cause that an event names
};

}  // namespace sim
