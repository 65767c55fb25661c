// What a real neighbour of a test runs in: a child process of the distribution's Python.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/catch.h"

namespace tests {

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

}  // namespace tests
