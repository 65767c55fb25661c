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

TEST_CASE("settings that cannot work are told in words, each under its key") {
  const Folder folder;
  for (const std::string& good :
       {std::string("discard:"), std::string("smtp://mail.example.com:587"),
        std::string("smtps://[::1]:465/"), "dir:" + (folder.path / "not/yet/there").string()}) {
    INFO(good);
    CHECK(smtp::check(settings(good)).empty());
  }
  struct Case {
    std::string url;
    const char* says;
  };
  for (const Case& c :
       {Case{"", "is no mail address"}, Case{"mail.example.com", "is no mail address"},
        Case{"smtp://", "is no mail address"}, Case{"smtp://[::1", "is no mail address"},
        Case{"smtp://ho st", "is no mail address"}, Case{"smtp://mail:99999", "is no mail address"},
        Case{"http://mail.example.com", "\"http\""}, Case{"dir:", "lacks the path"},
        Case{"dir:/proc/nowhere", "cannot be created"}, Case{"dir:/dev/null", "is no folder"},
        Case{"dir:/dev/null/below", "/dev/null/below"},
        Case{"dir:" + (folder.path / std::string(300, 'x')).string(), "folder"},
        Case{"smtp://shop:secret@mail.example.com", "use mail.user and mail.password"},
        Case{"smtp://shop:secret@mail.example.com:x", "is no mail address"},
        Case{"smtp://mail.example.com?x=1", "more than"}, Case{"smtp://mail:0", "no usable port"}}) {
    INFO(c.url);
    const auto wrong = smtp::check(settings(c.url));
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].key == "url");
    CHECK(wrong[0].what.find(c.says) != std::string::npos);
    CHECK(wrong[0].what.find("secret") == std::string::npos);
  }
  const auto only = [](const smtp::Settings& odd, std::string_view key) {
    INFO(key);
    const auto wrong = smtp::check(odd);
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].key == key);
  };
  smtp::Settings odd = settings("smtp://mail.example.com");
  odd.password = "x";
  only(odd, "password");
  odd.user = "u";
  CHECK(smtp::check(odd).empty());
  odd.password = "";
  only(odd, "user");
  odd.user = "";
  std::ofstream(folder.path / "no.pem") << "hello\n";
  for (const std::string& file :
       {std::string("/no/such/file"), folder.path.string(), (folder.path / "no.pem").string()}) {
    odd.ca_file = file;
    only(odd, "ca_file");
  }
  std::ofstream(folder.path / "ca.pem") << "# ours\n-----BEGIN CERTIFICATE-----\n";
  odd.ca_file = folder.path / "ca.pem";
  CHECK(smtp::check(odd).empty());
  odd.connections = 0;
  only(odd, "connections");
  for (const char* from :
       {"Shop", "orders@shop", "Shop <orders@example.com", "\"Shop <orders@example.com>", ""}) {
    odd = settings("discard:");
    odd.from = from;
    only(odd, "from");
  }
  odd = settings("discard:");
  odd.user = "u";
  only(odd, "url");
}
