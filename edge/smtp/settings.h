// What the mail edge is told by configuration ([mail] in the file). Constant after construction.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/span.h"
#include "engine/time.h"

namespace smtp {

struct Settings {
  /// smtp://HOST[:PORT], smtps://HOST[:PORT], dir:PATH (one file a mail) or discard: (counted only).
  std::string url = "discard:";
  std::string from;            // "Shop <orders@example.com>" or the bare address
  std::string user, password;  // set: TLS is required, whatever the scheme
  std::string ehlo;            // the name we greet the server with; empty: the domain of `from`
  int connections = 2;         // threads, one kept connection each
  std::string ca_file;         // empty: the system's

  engine::Duration connect_timeout = std::chrono::seconds{10};
  /// How long one answer of the server may take, the one to the final dot included.
  engine::Duration answer_timeout = std::chrono::seconds{60};
  /// How long one mail may take altogether.
  engine::Duration mail_timeout = std::chrono::minutes{3};

  /// One line when mail stops working, one when it works again; level as in syslog. Called from any mail
  /// thread; may be empty.
  std::function<void(int level, std::string_view line)> log;
  /// Where the span of each attempt at a mail goes whose order's trace is recorded; nullptr: nowhere.
  edge::Spans* spans = nullptr;
};

struct WrongSetting {
  std::string_view key;  // below [mail]
  std::string what;      // what is wrong and what to do; never a password
};
/// Everything that is wrong with them; nothing: Pool::start() takes them. Touches no network, and of the disk
/// only what the settings name.
std::vector<WrongSetting> check(const Settings& settings);

}  // namespace smtp
