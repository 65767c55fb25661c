// One connection to a collector, and requests over it, one at a time.
//
// Thread: one, but for stop_by().
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <string>

#include "edge/traces/settings.h"
#include "engine/time.h"

namespace traces {

class Collector {
 public:
  explicit Collector(const Settings& settings);
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  ~Collector();

  struct Answer {
    int status = 0;            // 0: none came
    std::string text{};        // its body, or why there is none
    engine::Duration pause{};  // Retry-After
    bool taken() const { return status >= 200 && status < 300; }
    /// The same request may be taken later.
    bool passing() const {
      return status == 0 || status == 429 || status == 502 || status == 503 || status == 504;
    }
  };
  Answer post(const std::string& body);

  /// From any thread: a request under way ends by then, on the timeline, and so does each that follows.
  void stop_by(engine::Time last);

 private:
  CURLcode perform();
  static std::size_t received(char* bytes, std::size_t size, std::size_t count, void* self);

  CURL* const handle_;
  CURLM* const multi_;
  curl_slist* headers_ = nullptr;
  std::string answer_;
  std::atomic<std::int64_t> last_ns_{INT64_MAX};
};

}  // namespace traces
