#include "edge/smtp/transport.h"

#include "tests/unit/smtp/deliver.h"

using namespace mail_test;

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
  CHECK(failed.outcome == MailOutcome::away);
  CHECK(failed.detail.find("No such file") != std::string::npos);

  // The name is taken by a folder: nothing unfinished is left behind.
  std::filesystem::create_directories(outbox / (sent.name + ".eml"));
  CHECK(to->deliver(sent).outcome == MailOutcome::away);
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
