// What the tests of the mail edge share: orders to write about, a folder that goes away, and a real SMTP
// server as a child process (server.py).
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "edge/smtp/message.h"
#include "engine/tape/record.h"
#include "tests/catch.h"

namespace mail_test {

struct Destroy {
  void operator()(tape::Record* record) const { tape::Record::destroy(record); }
};
using RecordPtr = std::unique_ptr<tape::Record, Destroy>;

inline saga::OrderId id(std::uint8_t number = 0x57) {
  saga::OrderId id = *saga::OrderId::parse("01890a5d-ac96-774b-bcce-b302099a8000");
  id.bytes[15] = number;
  return id;
}

/// Placed with lines; the total is their sum.
inline RecordPtr record(std::string_view email, const std::vector<saga::Line>& lines,
                        std::uint8_t number = 0x57) {
  saga::Order order;
  order.id = id(number);
  order.short_form = false;
  order.user_id = "customer-1";
  order.email = email;
  order.lines = lines;
  for (const saga::Line& line : lines) order.total_minor += line.quantity * line.price_minor;
  RecordPtr made(tape::Record::create(order));
  made->tracking_number = tape::ShortText("SIM0189-0A5D");
  return made;
}
inline RecordPtr record(std::string_view email = "you@example.com", std::uint8_t number = 0x57) {
  return record(email, {{"keyboard", 1, 4999}}, number);
}

inline engine::Mail mail(const RecordPtr& record) {
  // 2026-01-02T03:04:05.123456Z
  return {record.get(), saga::MailTemplate::shipping_confirmation, engine::Time{1'767'323'045'123'456'000},
          saga::Reason::none};
}

inline const smtp::Sender& shop() {
  static const smtp::Sender sender = *smtp::parse_sender("Shop <orders@example.com>");
  return sender;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "mail-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path))
      found.push_back(entry.path().filename());
    return found;
  }
  std::filesystem::path path;
};

/// A child process of the distribution's Python; its standard output is read line by line.
class Python {
 public:
  explicit Python(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"/usr/bin/python3", "-X", "utf8"});
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::array<int, 2> in{}, out{};
    REQUIRE(pipe2(in.data(), O_CLOEXEC) == 0);
    REQUIRE(pipe2(out.data(), O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    REQUIRE(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    stdin_ = in[1];
    stdout_ = fdopen(out[0], "r");
  }
  Python(const Python&) = delete;
  Python& operator=(const Python&) = delete;
  ~Python() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      wait();
    }
    close(stdin_);
    std::fclose(stdout_);
  }

  /// Waits for one; empty at the end.
  std::string line() {
    std::string text;
    for (int c = std::getc(stdout_); c != EOF && c != '\n'; c = std::getc(stdout_))
      text += static_cast<char>(c);
    return text;
  }
  std::string everything() {
    std::string text;
    for (int c = std::getc(stdout_); c != EOF; c = std::getc(stdout_)) text += static_cast<char>(c);
    return text;
  }
  void freeze() { kill(pid_, SIGSTOP); }
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_ = -1;
  int stdin_ = -1;
  std::FILE* stdout_ = nullptr;
};

class Server {
 public:
  explicit Server(std::vector<std::string> options = {}) : python_(command(std::move(options))) {
    port_ = python_.line();
    REQUIRE(!port_.empty());
  }
  std::string url(std::string_view scheme = "smtp") const {
    return std::string(scheme) + "://127.0.0.1:" + port_;
  }
  /// It hears and says nothing more, but keeps its connections.
  void freeze() { python_.freeze(); }
  /// The next thing that happened there; waits for it.
  std::string happened() { return python_.line(); }

 private:
  static std::vector<std::string> command(std::vector<std::string> options) {
    options.insert(options.begin(), "tests/unit/smtp/server.py");
    return options;
  }
  Python python_;
  std::string port_;
};

}  // namespace mail_test
