// What the mail server and we have said so far in one attempt at a mail, and what its last answer is about.
//
//   connection, greeting, EHLO, STARTTLS, AUTH, MAIL FROM │ RCPT, DATA, the text │ the final dot
//   the server or our account: every mail waits           │ this mail alone, as a rule for a later attempt
//
// From RCPT on an answer is final only if it says that this recipient or this text can never be taken: 5.1.x
// (address), 5.2.x (mailbox), 5.6.x (content), or 550 to 553 without an enhanced code (RFC 3463). All others
// may change: a policy, a quota, a complaint about our name.
//
// Thread: the mail thread that made it.
// Bounds: an answer is cut to `answer_bytes_max`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/tape/task.h"

namespace smtp {

inline constexpr std::size_t answer_bytes_max = 200;

/// At most so much of a text, what is not printable ASCII as "?".
std::string on_one_line(std::string_view text);

class Dialogue {
 public:
  /// A new attempt, or a new connection for it.
  void begin();
  /// A command of ours. Behind QUIT nothing counts any more.
  void sent(std::string_view command);
  /// The whole text has been sent; the dot follows.
  void sent_text();
  /// One line of the server's.
  void received(std::string_view line);

  /// What becomes of the mail when the attempt ends here.
  tape::MailOutcome outcome() const;
  /// The final dot may have been sent.
  bool ended() const { return stage_ == Stage::dot; }
  /// Of the answer to what we said last; 0: there is none, or not the whole of it.
  int code() const { return complete_ ? code_ : 0; }
  /// Its code and text on one line of printable ASCII; empty without one.
  std::string answer() const { return complete_ ? answer_ : ""; }

 private:
  enum class Stage { session, recipient, dot };
  void reach(Stage stage);
  bool final_for_this_mail() const;

  Stage stage_ = Stage::session;
  bool over_ = false;  // we have said QUIT
  std::string answer_;
  int code_ = 0;
  bool complete_ = false;
};

}  // namespace smtp
