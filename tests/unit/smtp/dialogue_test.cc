#include "edge/smtp/dialogue.h"

#include "tests/catch.h"

using smtp::Dialogue;
using tape::MailOutcome;

TEST_CASE("an answer of several lines is one, without the code that each repeats") {
  Dialogue dialogue;
  dialogue.begin();
  dialogue.sent("RCPT TO:<you@example.com>\r\n");
  dialogue.received("550-5.1.1 The email account that you tried to reach\r\n");
  CHECK(dialogue.code() == 0);
  CHECK(dialogue.outcome() == MailOutcome::transient);  // cut off here it would be no answer
  dialogue.received("550 5.1.1 does not exist.\r\n");
  CHECK(dialogue.code() == 550);
  CHECK(dialogue.answer() == "550 5.1.1 The email account that you tried to reach does not exist.");
  CHECK(dialogue.outcome() == MailOutcome::refused);
}

TEST_CASE("the goodbye after a refusal changes nothing") {
  Dialogue dialogue;
  dialogue.begin();
  dialogue.sent("DATA\r\n");
  dialogue.received("354 go on\r\n");
  dialogue.sent_text();
  CHECK(dialogue.outcome() == MailOutcome::unknown);
  dialogue.received("550 5.4.5 Daily user sending limit exceeded\r\n");
  dialogue.sent("QUIT\r\n");
  dialogue.received("221 bye\r\n");
  CHECK(dialogue.answer() == "550 5.4.5 Daily user sending limit exceeded");
  CHECK(dialogue.outcome() == MailOutcome::transient);
}

TEST_CASE("what a server says is bounded and printable") {
  Dialogue dialogue;
  dialogue.begin();
  dialogue.sent("RCPT TO:<you@example.com>\r\n");
  dialogue.received("550 5.1.1 \xff\x01\"" + std::string(5000, 'x') + "\r\n");
  CHECK(dialogue.answer().size() == smtp::answer_bytes_max);
  CHECK(dialogue.answer().starts_with("550 5.1.1 ??\"xxx"));
}

TEST_CASE("what looks like an enhanced code and is none does not count as one") {
  for (const char* text : {"550 5.1 x", "550 15.1.1 x", "550 5.1.1111 x", "550 no", "550"}) {
    Dialogue dialogue;
    dialogue.begin();
    dialogue.sent_text();
    dialogue.received(text);
    INFO(text);
    CHECK(dialogue.outcome() == MailOutcome::refused);  // bare
  }
}
