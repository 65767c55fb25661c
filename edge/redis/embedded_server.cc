#include "edge/redis/embedded_server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

namespace redis {
namespace {

using namespace std::chrono_literals;

constexpr auto poll_interval = 5ms;

constexpr std::string_view folder_name = "engine-redis-";

std::filesystem::path temporary() {
  const char* const told = std::getenv("TMPDIR");
  return told != nullptr && *told != '\0' ? told : "/tmp";
}

/// An open descriptor of the folder, locked; -1: it is gone, somebody else's, or held.
int lock(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  // It may have been swept between the two.
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && access(folder.c_str(), W_OK) == 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

bool answers(const std::string& folder) {
  const std::string path = folder + "/redis.sock";
  if (path.size() >= sizeof(sockaddr_un::sun_path)) return false;
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path.c_str());
  constexpr std::string_view ping = "PING\r\n";
  std::array<char, 8> answer{};
  bool pong = false;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send(fd, ping.data(), ping.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(ping.size())) {
    pollfd wait{fd, POLLIN, 0};
    pong = poll(&wait, 1, 100) == 1 && recv(fd, answer.data(), answer.size(), 0) > 0 && answer[0] == '+';
  }
  close(fd);
  return pong;
}

/// Removes the folders of engines that could not do it themselves.
void sweep() {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(temporary(), ignored)) {
    const std::string folder = entry.path().string();
    if (!entry.path().filename().string().starts_with(folder_name)) continue;
    const int held = lock(folder);
    if (held < 0) continue;
    if (!answers(folder)) std::filesystem::remove_all(folder, ignored);
    close(held);
  }
}

/// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become_server(const char* const* arguments, const char* log, int report, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before the line above
  setpgid(0, 0);                      // a Ctrl-C is for the engine, which needs its Redis to drain
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  const int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out >= 0) {
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
  }
  execvp(arguments[0], const_cast<char* const*>(arguments));
  const int code = errno;
  static_cast<void>(!write(report, &code, sizeof code));
  _exit(127);
}

}  // namespace

std::string EmbeddedServer::url() const { return "unix://" + folder_ + "/redis.sock"; }

bool EmbeddedServer::start(engine::Duration deadline) {
  if (!spawn()) return false;
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!answers(folder_)) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      error_ = "redis-server ended at once: " + last_words();
      stop();
      return false;
    }
    if (std::chrono::steady_clock::now() >= end) {
      error_ = "redis-server does not answer: " + last_words();
      stop();
      return false;
    }
    std::this_thread::sleep_for(poll_interval);
  }
  return true;
}

bool EmbeddedServer::make_folder() {
  while (lock_ < 0) {  // again if another engine's sweep was faster than our lock
    std::string folder = temporary() / (std::string(folder_name) + "XXXXXX");
    if (mkdtemp(folder.data()) == nullptr) {  // 0700
      error_ = "no private folder for redis-server: " + folder + ": " + std::strerror(errno);
      return false;
    }
    folder_ = folder;
    lock_ = lock(folder_);
  }
  return true;
}

bool EmbeddedServer::spawn() {
  sweep();
  if (!make_folder()) return false;
  const std::string socket = folder_ + "/redis.sock";
  const std::string log = folder_ + "/redis.log";
  if (socket.size() >= sizeof(sockaddr_un::sun_path)) {
    error_ = "the path of redis-server's socket is too long: " + socket + "; set TMPDIR to a shorter one";
    stop();
    return false;
  }
  const std::array<const char*, 14> arguments{
      "redis-server",  "--port", "0", "--unixsocket", socket.c_str(), "--unixsocketperm",
      "700",           "--save", "",  "--appendonly", "no",           "--dir",
      folder_.c_str(), nullptr};
  std::array<int, 2> report{};
  if (pipe2(report.data(), O_CLOEXEC) != 0) {
    error_ = std::string("no pipe: ") + std::strerror(errno);
    stop();
    return false;
  }
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become_server(arguments.data(), log.c_str(), report[1], parent);
  const int fork_error = errno;
  close(report[1]);
  int code = pid_ < 0 ? fork_error : 0;
  const bool failed = read(report[0], &code, sizeof code) > 0 || pid_ < 0;  // exec closes the pipe unwritten
  close(report[0]);
  if (!failed) return true;
  error_ = code == ENOENT ? "redis-server is not installed (Debian: apt-get install redis-server)"
                          : std::string("redis-server cannot be started: ") + std::strerror(code);
  stop();
  return false;
}

std::string EmbeddedServer::last_words() const {
  std::ifstream log(folder_ + "/redis.log");
  std::string line, last = "it said nothing";
  while (std::getline(log, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

bool EmbeddedServer::has_ended() {
  int status = 0;
  if (pid_ <= 0 || waitpid(pid_, &status, WNOHANG) != pid_) return ended_;
  pid_ = -1;
  ended_ = true;
  error_ = "redis-server, which --dev had started, has ended (" +
           (WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                : "exit code " + std::to_string(WEXITSTATUS(status))) +
           "): " + last_words();
  return ended_;
}

void EmbeddedServer::stop() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);  // there is nothing to keep
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
  if (!folder_.empty()) {
    std::error_code ignored;  // a folder left behind in the temporary one is no reason to fail
    std::filesystem::remove_all(folder_, ignored);
  }
  folder_.clear();
  if (lock_ >= 0) close(lock_);
  lock_ = -1;
}

}  // namespace redis
