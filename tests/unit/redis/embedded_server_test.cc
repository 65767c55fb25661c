#include "edge/redis/embedded_server.h"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "edge/redis/start.h"
#include "tests/catch.h"
#include "tests/world/folder.h"

using namespace std::chrono_literals;
using redis::EmbeddedServer;

namespace {

/// Neither running nor a zombie somebody has yet to collect.
bool gone(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(stat, text)) return true;
  return text.find(") Z ") != std::string::npos;
}

template <class Condition>
bool soon(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

}  // namespace

TEST_CASE("that the embedded server has ended is seen, with how it did") {
  EmbeddedServer server;
  REQUIRE(server.start(10s));
  REQUIRE_FALSE(server.has_ended());
  REQUIRE(kill(server.pid(), SIGKILL) == 0);
  REQUIRE(soon([&] { return server.has_ended(); }));
  REQUIRE(server.has_ended());
  REQUIRE(server.error().find("has ended (signal 9)") != std::string::npos);
}

TEST_CASE("the embedded server answers, empty, in a private folder that goes with it") {
  EmbeddedServer server;
  REQUIRE(server.start(10s));
  const redis::Url url = redis::parse_url(server.url()).url;
  const auto folder = std::filesystem::path(url.place).parent_path();
  REQUIRE(std::filesystem::status(folder).permissions() == std::filesystem::perms::owner_all);
  redis::Start start;
  REQUIRE(start.connect(url, 10s));
  const auto loaded = start.load();
  REQUIRE(loaded);
  REQUIRE(loaded->checkpoint == engine::Store::Checkpoint{});
  REQUIRE(loaded->warnings.size() == 1);  // that it keeps nothing, which is meant
  const pid_t pid = server.pid();
  REQUIRE(getpgid(pid) == pid);  // out of reach of a Ctrl-C
  server.stop();
  REQUIRE(gone(pid));
  REQUIRE_FALSE(std::filesystem::exists(folder));
}

TEST_CASE("the embedded server dies with the process that started it, however that ends") {
  // Its folder is left behind then, in one of ours.
  const tests::Folder ours;
  const std::string folder = ours.path;
  int report[2];
  REQUIRE(pipe(report) == 0);
  const pid_t engine = fork();
  REQUIRE(engine >= 0);
  if (engine == 0) {
    setenv("TMPDIR", folder.c_str(), 1);
    EmbeddedServer server;
    pid_t pid = server.start(10s) ? server.pid() : -1;
    if (write(report[1], &pid, sizeof pid) != sizeof pid) _exit(1);
    for (;;) pause();
  }
  pid_t server = -1;
  const bool told = read(report[0], &server, sizeof server) == sizeof server;
  close(report[0]);
  close(report[1]);
  const bool ran = told && server > 0 && !gone(server);
  kill(engine, SIGKILL);
  waitpid(engine, nullptr, 0);
  const bool died = soon([&] { return gone(server); });
  const auto folders = [&] {
    using Iterator = std::filesystem::directory_iterator;
    return std::distance(Iterator(folder), Iterator());
  };
  const auto left = folders();
  const char* const temporary = std::getenv("TMPDIR");
  const std::string before = temporary != nullptr ? temporary : "/tmp";
  setenv("TMPDIR", folder.c_str(), 1);
  EmbeddedServer next, beside;  // the second finds the first alive
  const bool started = next.start(10s) && beside.start(10s);
  const auto swept = folders();
  next.stop();
  beside.stop();
  setenv("TMPDIR", before.c_str(), 1);
  REQUIRE(ran);
  REQUIRE(died);
  REQUIRE(left == 1);
  REQUIRE(started);
  REQUIRE(swept == 2);
}

TEST_CASE("without redis-server the error says what to install") {
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nonexistent", 1);
  EmbeddedServer server;
  const bool started = server.start(1s);
  setenv("PATH", path.c_str(), 1);
  REQUIRE_FALSE(started);
  REQUIRE(server.error().find("apt-get install redis-server") != std::string::npos);
}
