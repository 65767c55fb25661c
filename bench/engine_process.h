// The engine as a child process: started, waited for until it is ready, stopped by SIGTERM, and asked what it
// is. It dies with the generator (PR_SET_PDEATHSIG), so start it from the main thread.
//
// Thread: main.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/address.h"

namespace bench {

class EngineProcess {
 public:
  EngineProcess() = default;
  EngineProcess(const EngineProcess&) = delete;
  EngineProcess& operator=(const EngineProcess&) = delete;
  // Kills what still runs.
  ~EngineProcess();

  // Its output goes to the file `log_path`. What went wrong, when it did.
  std::optional<std::string> start(const std::string& engine, const std::vector<std::string>& arguments,
                                   const std::string& log_path);
  // Until GET /readyz says 200. What went wrong, with the end of the log, when it did not.
  std::optional<std::string> wait_ready(const Address& address, std::int64_t deadline_ns);
  // SIGTERM, then its exit code (128 + signal when killed); nothing when it outlived the deadline and was
  // killed.
  std::optional<int> stop(std::int64_t deadline_ns);

  pid_t pid() const { return pid_; }

 private:
  bool has_exited();

  pid_t pid_ = 0;
  std::optional<int> exit_code_;
  std::string log_path_;
};

// What a short-lived command prints to its standard output; nothing when it fails.
std::optional<std::string> output_of(const std::string& program, const std::vector<std::string>& arguments);

// GET over a connection of its own: the status, and the body. 0 when there is no answer.
int http_get(const Address& address, std::string_view path, std::string& body);

}  // namespace bench
