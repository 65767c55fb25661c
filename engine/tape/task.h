// What lies in a stage's inbox: the token of an order, or a message about an order that the stage may have.
#pragma once

#include "engine/tape/answer.h"
#include "engine/tape/record.h"
#include "engine/tape/stock_change.h"

namespace tape {

enum class TaskKind : std::uint8_t {
  arrival,      // an order that was let in, new or for another mail: its room on the tape is taken
  token,        // the order is yours
  poke,         // somebody requests something (Record::requests); the order may be yours or not
  mail_result,  // of the mail handed to the mailer: `code` is a MailOutcome; also back into the mail backlog
  stock,        // `stock` is to be decided; its room on the tape was taken before
  answer,       // `answer`, of somebody outside; it is the taker's to destroy
};

enum class MailOutcome : std::uint8_t {
  sent,       // the server has taken it
  transient,  // this mail has failed and may be tried again
  away,       // the server was not there: nothing is known about this mail
  refused,    // this mail will never be taken
  unknown,    // no answer after the final dot
  later,      // it has been taken on, and whether it went is told when asked again
};

struct Task {
  union {
    Record* record = nullptr;
    StockChange* stock;  // of TaskKind::stock
    Answer* answer;      // of TaskKind::answer
  };
  TaskKind kind = TaskKind::token;
  std::uint8_t code = 0;

  Task() = default;
  Task(Record* about, TaskKind what, std::uint8_t with = 0) : record(about), kind(what), code(with) {}
  explicit Task(StockChange* change) : stock(change), kind(TaskKind::stock) {}
  explicit Task(std::unique_ptr<Answer> heard) : answer(heard.release()), kind(TaskKind::answer) {}
};

}  // namespace tape
