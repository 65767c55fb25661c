#include "edge/smtp/transport.h"

#include <sys/socket.h>

#include <netinet/in.h>
#include <poll.h>

#include <thread>

#include "tests/unit/smtp/support.h"

using namespace mail_test;
using namespace std::chrono_literals;
using tape::MailOutcome;

namespace {

smtp::Settings settings(std::string url) {
  smtp::Settings made;
  made.url = std::move(url);
  made.from = "Shop <orders@example.com>";
  return made;
}

std::unique_ptr<smtp::Transport> transport(const smtp::Settings& from) {
  REQUIRE(smtp::check(from).empty());
  auto made = smtp::make_transport(from);
  REQUIRE(std::holds_alternative<std::unique_ptr<smtp::Transport>>(made));
  return std::move(std::get<std::unique_ptr<smtp::Transport>>(made));
}

smtp::Message message(std::string_view to = "you@example.com") {
  return *smtp::render_message(mail(record(to)), shop());
}

/// As zlib has it.
std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

/// The line that the server prints for a mail it has taken.
std::string taken(const smtp::Message& sent, std::string_view how = "clear -") {
  return "MAIL " + sent.from + " " + sent.to + " " + std::string(how) + " " +
         std::to_string(crc32(sent.text));
}

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

/// Self-signed, for localhost and 127.0.0.1.
struct Certificate {
  Certificate() {
    Python openssl(
        {"-c",
         "import subprocess, sys\n"
         "sys.exit(subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', "
         "'-days', '2', '-subj', '/CN=localhost', '-addext', "
         "'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', sys.argv[2], '-out', sys.argv[1]], "
         "capture_output=True).returncode)",
         certificate, key});
    REQUIRE(openssl.wait() == 0);
  }
  std::vector<std::string> options(std::string tls) const {
    return {"--certificate", certificate, "--key", key, "--tls", std::move(tls)};
  }
  Folder folder;
  std::string certificate = folder.path / "smtp.crt";
  std::string key = folder.path / "smtp.key";
};

std::vector<std::string> with_password(std::vector<std::string> options) {
  options.insert(options.end(), {"--password", "correct horse"});
  return options;
}

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

TEST_CASE("a line that begins with a dot arrives as it was") {
  Server server;
  const auto to = transport(settings(server.url()));
  smtp::Message sent = message();
  sent.text += ".\r\n..\r\n.x\r\n";
  CHECK(to->deliver(sent).outcome == MailOutcome::sent);
  CHECK(server.happened() == "EHLO clear");
  CHECK(server.happened() == taken(sent));
}

TEST_CASE("what the server's answer means, and the next mail goes all the same") {
  struct Case {
    const char* label;
    MailOutcome outcome;
  };
  Server server;
  smtp::Settings impatient = settings(server.url());
  impatient.answer_timeout = 1s;
  const auto to = transport(impatient);
  for (const Case& c : {
           Case{"later-rcpt", MailOutcome::transient},
           Case{"never-rcpt", MailOutcome::refused},
           Case{"later-data", MailOutcome::transient},
           Case{"never-data", MailOutcome::refused},
           Case{"closing-data", MailOutcome::transient},
           Case{"gone-rcpt", MailOutcome::transient},  // before the final dot
           Case{"gone-data", MailOutcome::unknown},    // after it
           Case{"silent-data", MailOutcome::unknown},
       }) {
    INFO(c.label);
    const smtp::Delivery delivery = to->deliver(message("you@" + std::string(c.label) + ".example"));
    INFO(delivery.detail);
    CHECK(delivery.outcome == c.outcome);
    CHECK_FALSE(delivery.detail.empty());
    CHECK(to->deliver(message()).outcome == MailOutcome::sent);
  }
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
  CHECK(transport(settings(closed.url()))->deliver(message()).outcome == MailOutcome::transient);

  const MutePort mute(true);
  smtp::Settings impatient = settings(mute.url());
  impatient.connect_timeout = 200ms;
  CHECK(transport(impatient)->deliver(message()).outcome == MailOutcome::transient);

  impatient = settings("smtp://no-such-host.invalid");
  impatient.connect_timeout = 1s;
  CHECK(transport(impatient)->deliver(message()).outcome == MailOutcome::transient);
}

TEST_CASE("a login is used only behind TLS") {
  const Certificate certificate;
  Server server(with_password(certificate.options("starttls")));
  smtp::Settings secured = settings(server.url());
  secured.ca_file = certificate.certificate;
  secured.user = "shop";
  secured.password = "correct horse";

  SECTION("accepted") {
    const auto to = transport(secured);
    const smtp::Message sent = message();
    const smtp::Delivery delivery = to->deliver(sent);
    CHECK(delivery.detail == "");
    CHECK(delivery.outcome == MailOutcome::sent);
    CHECK(server.happened() == "EHLO clear");
    CHECK(server.happened() == "EHLO encrypted");
    CHECK(server.happened() == "LOGIN accepted");
    CHECK(server.happened() == taken(sent, "encrypted shop"));
  }
  SECTION("a wrong password is no verdict on the mail") {
    secured.password = "wrong";
    CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::transient);
    CHECK(server.happened() == "EHLO clear");
    CHECK(server.happened() == "EHLO encrypted");
    CHECK(server.happened() == "LOGIN refused");
  }
  SECTION("nor is a missing one") {
    secured.user = secured.password = "";
    CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::transient);
  }
  SECTION("an unknown authority: no login is tried") {
    secured.ca_file = "";
    CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::transient);
    CHECK(server.happened() == "EHLO clear");
    CHECK(transport(settings(server.url()))->deliver(message()).outcome == MailOutcome::transient);
    CHECK(server.happened() == "EHLO clear");  // the next thing to happen is another client's greeting
  }
}

TEST_CASE("a server without STARTTLS is told no password") {
  Server server({"--password", "correct horse"});
  smtp::Settings secured = settings(server.url());
  secured.user = "shop";
  secured.password = "correct horse";
  CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::transient);
  CHECK(server.happened() == "EHLO clear");
  smtp::Settings plain = settings(server.url());
  CHECK(transport(plain)->deliver(message()).outcome == MailOutcome::transient);
  CHECK(server.happened() == "EHLO clear");
}

TEST_CASE("smtps speaks TLS from the first byte") {
  const Certificate certificate;
  Server server(certificate.options("from-the-start"));
  smtp::Settings secured = settings(server.url("smtps"));
  secured.ca_file = certificate.certificate;
  const smtp::Message sent = message();
  {
    const auto to = transport(secured);
    CHECK(to->deliver(sent).outcome == MailOutcome::sent);
    CHECK(to->deliver(sent).outcome == MailOutcome::sent);
  }
  CHECK(server.happened() == "EHLO encrypted");
  CHECK(server.happened() == taken(sent, "encrypted -"));
  CHECK(server.happened() == taken(sent, "encrypted -"));
  secured.ca_file = "";
  CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::transient);
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
    CHECK(to->deliver(message()).outcome == MailOutcome::transient);  // for good
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
    CHECK(to->deliver(message()).outcome == MailOutcome::transient);
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

TEST_CASE("the folder holds complete mails, each under its own name") {
  const Folder folder;
  const auto to = transport(settings("dir:" + (folder.path / "a/outbox").string()));
  const smtp::Message sent = message();
  CHECK(to->deliver(sent).outcome == MailOutcome::sent);
  CHECK(to->deliver(sent).outcome == MailOutcome::sent);  // replaces itself
  const std::filesystem::path outbox = folder.path / "a/outbox";
  CHECK(std::distance(std::filesystem::directory_iterator(outbox), {}) == 1);
  CHECK(read_file(outbox / "shipping-confirmation.01890a5d-ac96-774b-bcce-b302099a8057.eml") == sent.text);

  std::filesystem::remove_all(outbox);
  const smtp::Delivery failed = to->deliver(sent);
  CHECK(failed.outcome == MailOutcome::transient);
  CHECK(failed.detail.find("No such file") != std::string::npos);

  // The name is taken by a folder: nothing unfinished is left behind.
  std::filesystem::create_directories(outbox / (sent.name + ".eml"));
  CHECK(to->deliver(sent).outcome == MailOutcome::transient);
  CHECK(std::distance(std::filesystem::directory_iterator(outbox), {}) == 1);
}

TEST_CASE("a folder that cannot be is told at once") {
  const Folder folder;
  std::ofstream(folder.path / "file") << "x";
  for (const std::string path : {"file", "file/below"}) {
    const auto made = smtp::make_transport(settings("dir:" + (folder.path / path).string()));
    REQUIRE(std::holds_alternative<std::string>(made));
    CHECK(std::get<std::string>(made).find("file") != std::string::npos);
  }
}

TEST_CASE("settings that cannot work are told in words") {
  CHECK(smtp::check(settings("discard:")) == "");
  CHECK(smtp::check(settings("smtp://mail.example.com:587")) == "");
  CHECK(smtp::check(settings("smtps://[::1]:465/")) == "");
  struct Case {
    const char* url;
    const char* says;
  };
  for (const Case& c :
       {Case{"", "is none of"}, Case{"mail.example.com", "is none of"}, Case{"smtp://", "is none of"},
        Case{"http://mail.example.com", "\"http\""}, Case{"dir:", "lacks the path"},
        Case{"smtp://shop:secret@mail.example.com", "put it into user and password"},
        Case{"smtp://mail.example.com?x=1", "more than"}, Case{"smtp://mail:99999", "is none of"}}) {
    INFO(c.url);
    const std::string problem = smtp::check(settings(c.url));
    CHECK(problem.find(c.says) != std::string::npos);
    CHECK(problem.find("secret") == std::string::npos);
  }
  smtp::Settings odd = settings("smtp://mail.example.com");
  odd.password = "x";
  CHECK(smtp::check(odd).find("no user") != std::string::npos);
  odd.password = "";
  odd.ca_file = "/no/such/file";
  CHECK(smtp::check(odd).find("cannot be read") != std::string::npos);
  odd.ca_file = "";
  odd.connections = 0;
  CHECK(smtp::check(odd).find("at least one") != std::string::npos);
  odd = settings("discard:");
  odd.from = "Shop";
  CHECK(smtp::check(odd).find("no sender") != std::string::npos);
}
