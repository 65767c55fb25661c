// What the box is told about one participant. Constant after construction.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/span.h"
#include "engine/time.h"

namespace participants {

struct Settings {
  std::string name = "payment";      // whose work it does; in the log and the metrics
  std::string url;                   // https://…, or http://… for one on this machine
  std::vector<std::string> secrets;  // whsec_…; several while one is rotated, the newest first
  std::size_t connections = 32;      // calls under way at once
  std::string ca_file;               // PEM; empty: the system's authorities

  engine::Duration timeout = std::chrono::seconds{30};  // of one call, from its begin to the answer's end
  engine::Duration connect_timeout = std::chrono::seconds{10};
  /// Between two calls to one that is away: doubles from the first to the second.
  engine::Duration probe_backoff = std::chrono::milliseconds{100};
  engine::Duration probe_backoff_max = std::chrono::seconds{10};
  /// Of the bodies of calls that wait.
  std::size_t waiting_bytes = std::size_t{64} << 20;

  /// One line when it goes away, one when it is back; level as in syslog. Called from the box's thread; may
  /// be empty.
  std::function<void(int level, std::string_view line)> log;
  /// Where the span of each call of an order goes whose trace is recorded; nullptr: nowhere.
  edge::Spans* spans = nullptr;
};

struct WrongSetting {
  std::string_view key;
  std::string what;  // what is wrong and what to do; never a secret
};
/// Everything that is wrong with them; nothing: Client::start() takes them. Touches no network, and of the
/// disk only ca_file.
std::vector<WrongSetting> check(const Settings& settings);

/// Empty, or what should be said at every start: calls would leave this machine in clear.
std::string warning(const Settings& settings);

}  // namespace participants
