// The command line of `throughput`.
// Thread: main.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "bench/ack_baseline.h"
#include "bench/load.h"

namespace bench {

struct Options {
  std::string engine;  // default: the engine built beside this program
  std::string config;  // empty: --dev
  std::vector<std::string> settings;
  std::string target;  // host:port of an engine that runs already; empty: start one
  pid_t pid = 0, redis_pid = 0, kafka_pid = 0;
  LoadPlan load;
  unsigned rounds = 1;
  AckBaselinePlan baseline;  // without brokers: none
  bool is_linger_given = false;
  bool by_thread = false;
  bool against_floor = false;
  std::string floor;  // default: the bare loop built beside this program
  std::string json;
  std::string command;  // as it was typed

  bool starts_engine() const { return target.empty(); }
};

// The options, or the exit code when there is nothing left to do (--help, or a usage error already printed).
std::variant<Options, int> parse_options(int argc, char** argv);

}  // namespace bench
