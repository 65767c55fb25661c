#include "bench/engine_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "bench/connection.h"

namespace bench {
namespace {

constexpr int look_again_ms = 10;

// Only between fork and exec: what an exec'd program needs.
[[noreturn]] void become(const std::string& program, const std::vector<std::string>& arguments, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::dup2(output, STDOUT_FILENO);
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execvp(program.c_str(), argv.data());
  ::_exit(127);
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::string tail_of(const std::string& path) {
  constexpr std::size_t tail_bytes = 4000;
  std::ifstream file{path};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  return text.size() > tail_bytes ? text.substr(text.size() - tail_bytes) : text;
}

}  // namespace

EngineProcess::~EngineProcess() {
  if (pid_ == 0 || has_exited()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::optional<std::string> EngineProcess::start(const std::string& engine,
                                                const std::vector<std::string>& arguments,
                                                const std::string& log_path) {
  log_path_ = log_path;
  if (::access(engine.c_str(), X_OK) != 0)
    return "no engine at " + engine + ": build it, or name it with --engine";
  const int log = ::open(log_path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
  if (log < 0) return log_path + ": " + std::strerror(errno);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(log, STDERR_FILENO);
    become(engine, arguments, log);
  }
  ::close(log);
  if (pid_ > 0) return std::nullopt;
  pid_ = 0;
  return std::string{"fork: "} + std::strerror(errno);
}

std::optional<std::string> EngineProcess::wait_ready(const Address& address, std::int64_t deadline_ns) {
  const std::int64_t deadline = now_ns() + deadline_ns;
  std::string body;
  while (http_get(address, "/readyz", body) != 200) {
    if (has_exited())
      return "the engine ended with exit code " + std::to_string(*exit_code_) + ":\n" + tail_of(log_path_);
    if (now_ns() > deadline) return "the engine was not ready in time: " + body + "\n" + tail_of(log_path_);
    ::poll(nullptr, 0, look_again_ms);
  }
  return std::nullopt;
}

std::optional<int> EngineProcess::stop(std::int64_t deadline_ns) {
  const std::int64_t deadline = now_ns() + deadline_ns;
  if (!has_exited()) ::kill(pid_, SIGTERM);
  while (!has_exited() && now_ns() < deadline) ::poll(nullptr, 0, look_again_ms);
  return exit_code_;
}

bool EngineProcess::has_exited() {
  int status = 0;
  if (!exit_code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) exit_code_ = exit_code_of(status);
  return exit_code_.has_value();
}

std::optional<std::string> output_of(const std::string& program, const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  const pid_t pid = ::fork();
  if (pid == 0) become(program, arguments, ends[1]);
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(count));
  ::close(ends[0]);
  int status = 0;
  if (pid < 0 || ::waitpid(pid, &status, 0) != pid || exit_code_of(status) != 0) return std::nullopt;
  return text;
}

int http_get(const Address& address, std::string_view path, std::string& body) {
  constexpr int answer_ms_max = 2000;
  Connection connection;
  if (connection.open(address)) return 0;
  connection.put("GET " + std::string{path} + " HTTP/1.1\r\nHost: " + address.text() + "\r\n\r\n", {});
  int status = 0;
  bool is_alive = connection.flush();
  while (is_alive && connection.in_flight() > 0) {
    pollfd readable{.fd = connection.descriptor(), .events = POLLIN, .revents = 0};
    if (::poll(&readable, 1, answer_ms_max) <= 0) return 0;
    is_alive = connection.receive([&](Flight, const Response& response, std::int64_t) {
      status = response.status;
      body = response.body;
    });
  }
  return status;
}

}  // namespace bench
