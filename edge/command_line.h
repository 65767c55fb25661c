// What the user asked for on the command line, and nothing of what it means: reading the file is config's.
//
// Thread: main, at start; pure.
// Bounds: none. A line that cannot be understood is `print` with a text for stderr and exit code 2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edge {

struct CommandLine {
  enum class Act {
    run,              // serve until told to stop
    check_config,     // print every problem, exit 0 or 78
    print_config,     // print the effective settings, exit 0 or 78
    verify,           // hold topic and Redis against each other, exit 0 or 1
    healthcheck,      // ask an engine how it is, exit 0 or 1
    try_participant,  // hold a participant against the contract, exit 0 or 1
    print,            // print `text` (to stdout when exit_code is 0, else to stderr) and exit
  };
  Act act = Act::run;
  std::string config;             // --config FILE; empty with --dev
  bool dev = false;               // --dev
  std::string data;               // --data DIR: where --dev keeps the mails
  std::vector<std::string> sets;  // --set, in order
  bool takeover = false;
  std::string healthcheck;          // --healthcheck URL
  std::string participant;          // --try-participant URL
  std::string participant_handler;  // --as: whose work it does
  std::string secret_file;          // --secret-file FILE; empty: from the environment
  std::string order_file;           // --order FILE; empty: a sample
  int timeout_s = 30;               // --timeout: of one call
  std::string ca_file;              // --ca-file FILE; empty: the system's authorities
  std::string text;
  int exit_code = 0;
};

/// What --version says: number, commit, build.
std::string_view version();

CommandLine parse_command_line(int count, const char* const* arguments);

}  // namespace edge
