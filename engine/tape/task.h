// What lies in a stage's inbox: the token of an order, or word about one that the stage already holds.
#pragma once

#include <cstdint>

#include "engine/tape/record.h"

namespace tape {

enum class TaskKind : std::uint8_t {
  arrival,      // a new order; its room on the tape was taken at admission
  token,        // the order is yours
  mail_result,  // of the mail handed to the mailer: `code` is a MailOutcome
};

enum class MailOutcome : std::uint8_t {
  sent,       // the server has taken it
  transient,  // 4xx, or a failure before the final dot: may be tried again
  refused,    // 5xx: never again
  unknown,    // no answer after the final dot
};

struct Task {
  Record* record = nullptr;
  TaskKind kind = TaskKind::token;
  std::uint8_t code = 0;
};

}  // namespace tape
