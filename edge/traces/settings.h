// What the box that sends traces away is told. Constant after construction.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"
#include "engine/time.h"

namespace traces {

struct Header {
  std::string name, value;
};

struct Settings {
  std::string url;              // of the collector, http://HOST:4318: spans go to url/v1/traces
  std::vector<Header> headers;  // that it wants beside ours
  std::string version;          // the engine's
  std::string engine_id;        // which of several engines
  std::size_t queue = 16384;    // spans that wait, beyond those of the request under way
  std::size_t batch = 512;      // spans a request

  engine::Duration interval = std::chrono::seconds{1};  // so long a span waits for company
  engine::Duration timeout = std::chrono::seconds{5};   // of one request
  engine::Duration backoff = std::chrono::seconds{1};   // before a request is made again: doubles
  engine::Duration backoff_max = std::chrono::seconds{30};

  /// One line when the collector goes away or refuses, one when it takes spans again; level as in syslog. Called from
  /// the box's thread; may be empty.
  std::function<void(int level, std::string_view line)> log;
};

/// Whether such a collector can be. Touches no network.
engine::Result<> check_url(const std::string& url);

/// Whether such a header can be sent; what is wrong never holds its value.
engine::Result<> check_header(const Header& header);

}  // namespace traces
