// How deliveries end, at a real SMTP server without TLS.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <thread>
#include <utility>

#include "tests/unit/smtp/deliver.h"

using namespace mail_test;
using namespace std::chrono_literals;

namespace {

/// A port that is bound, and listens if asked to, but where nobody ever answers.
class MutePort {
 public:
  explicit MutePort(bool listens) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    if (listens) REQUIRE(listen(socket_, 8) == 0);
    socklen_t size = sizeof address;
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    url_ = "smtp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  MutePort(const MutePort&) = delete;
  MutePort& operator=(const MutePort&) = delete;
  ~MutePort() { close(socket_); }
  const std::string& url() const { return url_; }
  /// Until somebody has connected; the connection stays in the listener's queue.
  void wait_for_caller() const {
    pollfd waiting{socket_, POLLIN, 0};
    poll(&waiting, 1, -1);
  }

 private:
  int socket_;
  std::string url_;
};

}  // namespace

TEST_CASE("mails go over one kept connection, byte for byte") {
  Server server;
  const auto to = transport(settings(server.url()));
  for (std::uint8_t i = 0; i < 3; ++i) {
    const smtp::Message sent = *smtp::render_message(mail(record("you@example.com", i)), shop());
    const smtp::Delivery delivery = to->deliver(sent);
    CHECK(delivery.detail == "");
    CHECK(delivery.outcome == MailOutcome::sent);
    if (i == 0) CHECK(server.happened() == "EHLO clear");
    CHECK(server.happened() == taken(sent));
  }
}

TEST_CASE(
    "a quoted local part and a domain in its ASCII form reach the envelope and the header as they are") {
  Server server;
  const auto to = transport(settings(server.url()));
  bool first = true;
  for (const char* address : {"\"a..b\"@docomo.example", "\"a@b\"@example.com", "user@xn--mller-kva.de"}) {
    const smtp::Message sent = message(address);
    CHECK(sent.to == address);
    CHECK(sent.text.find("\r\nTo: <" + std::string(address) + ">\r\n") != std::string::npos);
    const smtp::Delivery delivery = to->deliver(sent);
    CHECK(delivery.detail == "");
    CHECK(delivery.outcome == MailOutcome::sent);
    if (std::exchange(first, false)) CHECK(server.happened() == "EHLO clear");
    // The server's library takes the quotes off what it has understood; unquoted, it would not take a..b.
    const std::string whole = taken(sent);
    CHECK(server.happened().ends_with(whole.substr(whole.find(" clear"))));
  }
}

TEST_CASE("a line that begins with a dot arrives as it was") {
  Server server;
  const auto to = transport(settings(server.url()));
  smtp::Message sent = message();
  sent.text += ".\r\n..\r\n.x\r\n";
  CHECK(to->deliver(sent).outcome == MailOutcome::sent);
  CHECK(server.happened() == "EHLO clear");
  CHECK(server.happened() == taken(sent));
}

TEST_CASE("what an answer about a mail means, and the next mail goes all the same") {
  struct Case {
    const char* label;
    MailOutcome outcome;
    const char* answer;
  };
  Server server;
  smtp::Settings impatient = settings(server.url());
  impatient.answer_timeout = 1s;
  const auto to = transport(impatient);
  for (const Case& c : {
           Case{"later-rcpt", MailOutcome::transient, "451 4.7.1 greylisted"},
           Case{"never-rcpt", MailOutcome::refused, "550 5.1.1 no such user"},
           Case{"later-data", MailOutcome::transient, "452 4.3.1 no space"},
           Case{"never-data", MailOutcome::transient, "554 5.7.1 we do not want it"},
           Case{"closing-data", MailOutcome::transient, "421 4.3.2 going down"},
           // Whom or what we sent: final.
           Case{"rcpt-550-5-1-10", MailOutcome::refused, "550 5.1.10 as you like"},
           Case{"rcpt-552-5-2-2", MailOutcome::refused, "552 5.2.2 as you like"},
           Case{"rcpt-553", MailOutcome::refused, "553 as you like"},
           Case{"dot-550", MailOutcome::refused, "550 as you like"},
           Case{"dot-554-5-6-0", MailOutcome::refused, "554 5.6.0 as you like"},
           Case{"dot-550-5-1-1", MailOutcome::refused, "550 5.1.1 as you like"},
           // Who we are, how often we send, what the server likes today: not.
           Case{"rcpt-504-5-5-2", MailOutcome::transient, "504 5.5.2 as you like"},
           Case{"rcpt-550-5-7-1", MailOutcome::transient, "550 5.7.1 as you like"},
           Case{"rcpt-530-5-7-0", MailOutcome::transient, "530 5.7.0 as you like"},
           Case{"rcpt-421-4-7-0", MailOutcome::transient, "421 4.7.0 as you like"},
           Case{"rcpt-500", MailOutcome::transient, "500 as you like"},
           Case{"rcpt-554", MailOutcome::transient, "554 as you like"},
           Case{"rcpt-450-5-1-1", MailOutcome::transient, "450 5.1.1 as you like"},
           Case{"dot-550-5-4-5", MailOutcome::transient, "550 5.4.5 as you like"},
           Case{"dot-552-5-3-4", MailOutcome::transient, "552 5.3.4 as you like"},
           Case{"dot-451", MailOutcome::transient, "451 as you like"},
           // No answer: before the final dot nothing has happened.
           Case{"gone-rcpt", MailOutcome::transient, ""},
           Case{"gone-data", MailOutcome::unknown, ""},
           Case{"silent-data", MailOutcome::unknown, ""},
       }) {
    INFO(c.label);
    const smtp::Delivery delivery = to->deliver(message("you@" + std::string(c.label) + ".example"));
    CHECK(delivery.outcome == c.outcome);
    if (*c.answer != '\0') CHECK(delivery.detail == c.answer);
    CHECK_FALSE(delivery.detail.empty());
    CHECK(to->deliver(message()).outcome == MailOutcome::sent);
  }
}

TEST_CASE("what a server says before the recipient is about it or us: it is away") {
  for (const std::vector<std::string>& option : std::vector<std::vector<std::string>>{
           {"--greeting", "554 5.7.1 not from your address"},
           {"--ehlo", "550 5.1.1 a name that I do not like"},
           {"--mail", "550 5.1.8 a sender that I do not like"},
           {"--mail", "451 4.3.0 not now"},
       }) {
    Server server(option);
    const smtp::Delivery delivery = transport(settings(server.url()))->deliver(message());
    CHECK(delivery.outcome == MailOutcome::away);
    CHECK(delivery.detail == option[1]);
  }
}

TEST_CASE("we greet the server with our domain, or as told") {
  Server server({"--names"});
  smtp::Settings told = settings(server.url());
  CHECK(transport(told)->deliver(message()).outcome == MailOutcome::sent);
  CHECK(server.happened() == "EHLO clear example.com");
  server.happened();  // the mail
  told.ehlo = "mail7.shop.example";
  CHECK(transport(told)->deliver(message()).outcome == MailOutcome::sent);
  CHECK(server.happened() == "EHLO clear mail7.shop.example");

  told.ehlo = "a b";
  CHECK_FALSE(smtp::check(told).empty());
  told = settings(server.url() + "/mail7.shop.example");
  CHECK_FALSE(smtp::check(told).empty());
}

TEST_CASE("a kept connection that the server has had enough of is replaced, unnoticed") {
  Server server({"--mails-a-connection", "2"});
  const auto to = transport(settings(server.url()));
  for (int i = 0; i < 5; ++i) {
    const smtp::Delivery delivery = to->deliver(message());
    INFO(delivery.detail);
    CHECK(delivery.outcome == MailOutcome::sent);
  }
  int greetings = 0;
  for (int mails = 0; mails < 5;) {
    const std::string line = server.happened();
    REQUIRE_FALSE(line.empty());
    (line == "EHLO clear" ? greetings : mails) += 1;
  }
  CHECK(greetings == 3);
}

TEST_CASE("a mail too large for the server is refused") {
  Server server({"--bytes", "512"});
  const auto to = transport(settings(server.url()));
  CHECK(to->deliver(message()).outcome == MailOutcome::refused);
}

TEST_CASE("nobody there, or nobody who speaks: later") {
  const MutePort closed(false);
  CHECK(transport(settings(closed.url()))->deliver(message()).outcome == MailOutcome::away);

  const MutePort mute(true);
  smtp::Settings impatient = settings(mute.url());
  impatient.connect_timeout = 200ms;
  CHECK(transport(impatient)->deliver(message()).outcome == MailOutcome::away);

  impatient = settings("smtp://no-such-host.invalid");
  impatient.connect_timeout = 1s;
  CHECK(transport(impatient)->deliver(message()).outcome == MailOutcome::away);
}

TEST_CASE("an abandoned delivery returns, whatever it waits for") {
  SECTION("for the answer to the final dot") {
    Server server;
    const auto to = transport(settings(server.url()));
    std::thread other([&] {
      while (server.happened() != "SILENT") {
      }
      to->abandon();
    });
    CHECK(to->deliver(message("you@silent-data.example")).outcome == MailOutcome::unknown);
    other.join();
    CHECK(to->deliver(message()).outcome == MailOutcome::away);  // for good
  }
  SECTION("for a greeting") {
    const MutePort mute(true);
    smtp::Settings patient = settings(mute.url());
    patient.connect_timeout = 1h;
    const auto to = transport(patient);
    std::thread other([&] {
      mute.wait_for_caller();
      to->abandon();
    });
    CHECK(to->deliver(message()).outcome == MailOutcome::away);
    other.join();
  }
}

TEST_CASE("a frozen server holds up nobody who has finished with it") {
  Server server;
  auto to = transport(settings(server.url()));
  REQUIRE(to->deliver(message()).outcome == MailOutcome::sent);
  server.freeze();
  to.reset();  // libcurl alone waits two minutes for the answer to QUIT
}
