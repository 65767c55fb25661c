// What a figure means nothing without: the machine, and which engine with which settings it was.
// Thread: main.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace bench {

struct MachineFacts {
  std::string cpu_model;
  long cpu_count = 0;
  std::string kernel;
  std::string system;  // distribution
  long memory_mib = 0;
  double load_average = 0;  // of the last minute before the run: who else was there
};

MachineFacts machine_facts();

struct EngineFacts {
  std::string version;  // all that `engine --version` prints
  std::string mail_url = "unknown";
  std::optional<double> linger_ms = std::nullopt;  // kafka.linger
  bool is_debug = false;                           // also when it cannot be told: no result then either
};

// Asks the engine's binary, with the arguments it runs with.
EngineFacts engine_facts(const std::string& program, const std::vector<std::string>& arguments);
// The same of a process that runs, by its binary and its command line; of 0 nothing is known.
EngineFacts engine_facts_of(pid_t pid);

// One setting's text out of what --print-config prints, without quotes; nothing when it is not there.
std::optional<std::string> setting_of(const std::string& printed, const std::string& section,
                                      const std::string& key);

}  // namespace bench
