// TLS and logins at a real SMTP server.
#include "tests/unit/smtp/deliver.h"

using namespace mail_test;

namespace {

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
    CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::away);
    CHECK(server.happened() == "EHLO clear");
    CHECK(server.happened() == "EHLO encrypted");
    CHECK(server.happened() == "LOGIN refused");
  }
  SECTION("nor is a missing one") {
    secured.user = secured.password = "";
    CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::away);
  }
  SECTION("an unknown authority: no login is tried") {
    secured.ca_file = "";
    CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::away);
    CHECK(server.happened() == "EHLO clear");
    CHECK(transport(settings(server.url()))->deliver(message()).outcome == MailOutcome::away);
    CHECK(server.happened() == "EHLO clear");  // the next thing to happen is another client's greeting
  }
}

TEST_CASE("a server without STARTTLS is told no password") {
  Server server({"--password", "correct horse"});
  smtp::Settings secured = settings(server.url());
  secured.user = "shop";
  secured.password = "correct horse";
  CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::away);
  CHECK(server.happened() == "EHLO clear");
  smtp::Settings plain = settings(server.url());
  CHECK(transport(plain)->deliver(message()).outcome == MailOutcome::away);
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
  CHECK(transport(secured)->deliver(message()).outcome == MailOutcome::away);
}
