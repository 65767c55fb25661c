#include "edge/smtp/pool.h"

#include <algorithm>
#include <map>

#include "engine/runtime/parker.h"
#include "tests/unit/smtp/support.h"

using namespace mail_test;
using namespace std::chrono_literals;
using tape::MailOutcome;

namespace {

/// Notification's side: an inbox and somebody who waits at it.
class Notification {
 public:
  explicit Notification(const smtp::Settings& settings)
      : inbox_(capacity, smtp::Pool::producers(settings), parker_) {}
  orders::TaskInbox& inbox() { return inbox_; }

  /// Waits for the next; nothing after ten seconds, which fails the test.
  std::optional<tape::Task> next() {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    tape::Task task;
    while (inbox_.pop({&task, 1}) == 0) {
      if (std::chrono::steady_clock::now() > deadline) return std::nullopt;
      parker_.prepare();
      if (inbox_.size_approx() == 0) parker_.park(100ms);
      parker_.cancel();
    }
    return task;
  }
  bool empty() {
    tape::Task task;
    return inbox_.pop({&task, 1}) == 0;
  }

  static constexpr std::size_t capacity = 256;

 private:
  runtime::FutexParker parker_;
  orders::TaskInbox inbox_;
};

smtp::Settings settings(std::string url, int connections = 2) {
  smtp::Settings made;
  made.url = std::move(url);
  made.from = "Shop <orders@example.com>";
  made.connections = connections;
  return made;
}

std::string metrics(const smtp::Pool& pool) {
  runtime::Metrics all;
  pool.add_metrics(all);
  return all.render();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("discard: answers from within submit") {
  const smtp::Settings discard = settings("discard:");
  CHECK(smtp::Pool::producers(discard) == 1);
  Notification notification(discard);
  smtp::Pool pool(discard, notification.inbox());
  REQUIRE(pool.start().ok());
  const tape::OwnedRecord order = record();
  pool.submit(mail(order));
  tape::Task task;
  REQUIRE(notification.inbox().pop({&task, 1}) == 1);  // without waiting
  CHECK(task.record == order.get());
  CHECK(task.kind == tape::TaskKind::mail_result);
  CHECK(task.code == static_cast<std::uint8_t>(MailOutcome::sent));
  CHECK(has(metrics(pool), "saga_mails_total{connection=\"0\",outcome=\"sent\"} 1\n"));
  pool.stop(0s);
}

TEST_CASE("every mail gets one result, and lies in the folder") {
  const Folder folder;
  const smtp::Settings outbox = settings("dir:" + folder.path.string(), 3);
  CHECK(smtp::Pool::producers(outbox) == 3);
  Notification notification(outbox);
  smtp::Pool pool(outbox, notification.inbox());
  REQUIRE(pool.start().ok());
  std::vector<tape::OwnedRecord> orders;
  std::map<tape::Record*, int> results;
  for (int i = 0; i < 200; ++i) {
    orders.push_back(record("you@example.com", static_cast<std::uint8_t>(i)));
    pool.submit(mail(orders.back()));
  }
  for (int i = 0; i < 200; ++i) {
    const auto task = notification.next();
    REQUIRE(task);
    CHECK(task->code == static_cast<std::uint8_t>(MailOutcome::sent));
    ++results[task->record];
  }
  CHECK(results.size() == 200);
  CHECK(notification.empty());
  CHECK(folder.names().size() == 200);
  for (const tape::OwnedRecord& order : orders) {
    const smtp::Message expected = *smtp::render_message(mail(order), shop());
    CHECK(read_file(folder.path / (expected.name + ".eml")) == expected.text);
  }
  pool.stop(10s);
}

TEST_CASE("real mails over several connections, each outcome told and counted") {
  Server server;
  smtp::Settings real = settings(server.url());
  std::mutex mutex;
  std::vector<std::string> lines;
  real.log = [&](int, std::string_view line) {
    const std::lock_guard lock(mutex);
    lines.emplace_back(line);
  };
  Notification notification(real);
  smtp::Pool pool(real, notification.inbox());
  REQUIRE(pool.start().ok());
  std::map<tape::Record*, MailOutcome> expected;
  std::vector<tape::OwnedRecord> orders;
  const auto submit = [&](std::string_view to, MailOutcome outcome) {
    orders.push_back(record(to, static_cast<std::uint8_t>(orders.size())));
    expected[orders.back().get()] = outcome;
    pool.submit(mail(orders.back()));
  };
  for (int i = 0; i < 20; ++i) submit("you@example.com", MailOutcome::sent);
  submit("you@later-rcpt.example", MailOutcome::transient);
  submit("you@never-rcpt.example", MailOutcome::refused);
  submit("you@gone-data.example", MailOutcome::unknown);
  submit("you@dot-550-5-4-5.example", MailOutcome::transient);
  submit("no address", MailOutcome::refused);
  while (!expected.empty()) {
    const auto task = notification.next();
    REQUIRE(task);
    REQUIRE(expected.contains(task->record));
    CHECK(task->code == static_cast<std::uint8_t>(expected.at(task->record)));
    expected.erase(task->record);
  }
  submit("you@example.com", MailOutcome::sent);
  REQUIRE(notification.next());
  pool.stop(10s);
  CHECK(notification.empty());

  const std::string text = metrics(pool);
  CHECK(has(text, "saga_mails_waiting 0\n"));
  int sent = 0;
  for (const char* connection : {"0", "1"}) {
    const std::string name =
        std::string("saga_mails_total{connection=\"") + connection + "\",outcome=\"sent\"} ";
    REQUIRE(has(text, name));
    sent += std::stoi(text.substr(text.find(name) + name.size()));
  }
  CHECK(sent == 21);
  const auto said = [&](const char* what) {
    return std::ranges::count_if(lines, [&](const std::string& line) { return has(line, what); });
  };
  CHECK(said("refused: ") == 2);
  CHECK(said("refused: 550 5.1.1 no such user") == 1);
  CHECK(said("not taken, to be tried again: 550 5.4.5 as you like") == 1);
  CHECK(said("sent and not answered") == 1);
  CHECK(orders[20]->mail_answer == "451 4.7.1 greylisted");
}

TEST_CASE("stop cuts off what does not end, and leaves what was not begun") {
  Server server;
  const smtp::Settings real = settings(server.url(), 1);
  Notification notification(real);
  smtp::Pool pool(real, notification.inbox());
  REQUIRE(pool.start().ok());
  const tape::OwnedRecord stuck = record("you@silent-data.example", 1);
  const tape::OwnedRecord waiting = record("you@example.com", 2);
  pool.submit(mail(stuck));
  pool.submit(mail(waiting));
  while (server.happened() != "SILENT") {
  }
  CHECK(has(metrics(pool), "saga_mails_waiting 1\n"));
  pool.stop(0s);  // returns: the server would be silent for an hour
  CHECK(notification.empty());
}

TEST_CASE("stop gives a mail under way its grace") {
  const Folder folder;
  const smtp::Settings outbox = settings("dir:" + folder.path.string(), 1);
  Notification notification(outbox);
  smtp::Pool pool(outbox, notification.inbox());
  REQUIRE(pool.start().ok());
  pool.stop(1h);  // and returns as soon as all have ended
  const tape::OwnedRecord late = record();
  pool.submit(mail(late));
  CHECK(notification.empty());
  CHECK(folder.names().empty());
}

TEST_CASE("what cannot work is told by start, and stopping after it is harmless") {
  const Folder folder;
  std::ofstream(folder.path / "file") << "x";
  for (const std::string& url : {std::string("ftp://x"), "dir:" + (folder.path / "file").string()}) {
    const smtp::Settings wrong = settings(url);
    Notification notification(wrong);
    smtp::Pool pool(wrong, notification.inbox());
    CHECK_FALSE(pool.start().ok());
    pool.stop(1s);
  }
}
