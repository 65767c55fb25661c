// Reads the topic of requests on a thread of its own, for the reactor to take from: a plain assignment from a place that
// Redis remembers, no group, nothing committed. The topic is created if it is missing; it may be the topic of events
// itself, whose own events are passed by.
//
//   consumer ─▶ read ─▶ waiting ─▶ take, on the reactor
//
// What cannot be read is read later: nothing here stops an engine. A place that the topic does not have any more, for it
// was trimmed or made anew, is left for the first that it has.
//
// Thread: start(), take() and taken_to() the reactor's, which do not block; made and destroyed by the owner, which waits for
// the thread to end.
// Bounds: waiting_max requests and waiting_bytes of them; then it reads on when some were taken.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "edge/kafka/settings.h"
#include "engine/codec/request_parser.h"
#include "engine/ports.h"
#include "engine/runtime/parker.h"
#include "engine/start_ports.h"

namespace kafka {

class RequestReader final : public engine::RequestLog {
 public:
  static constexpr std::size_t waiting_max = 4096;
  static constexpr std::size_t waiting_bytes = std::size_t{4} << 20;

  /// `settings`: of the topic of events; `topic`: of requests.
  RequestReader(Settings settings, std::string topic, std::string type_prefix, runtime::Parker& reactor);
  ~RequestReader() override;

  void start(tape::Offset from) override;
  std::size_t take(std::size_t count, std::vector<engine::Request>& out) override;
  tape::Offset taken_to() const override { return taken_to_; }

 private:
  void run(tape::Offset from);
  bool prepare();
  void read(tape::Offset from);
  void add(const engine::LogRecord& record);
  void wait_a_moment();
  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }
  void say(int level, const std::string& line) const;

  const Settings settings_;  // of the topic of requests
  codec::RequestParser parser_;
  runtime::Parker& reactor_;
  tape::Offset taken_to_ = 0;  // the reactor's

  std::mutex mutex_;
  std::condition_variable room_;
  std::deque<engine::Request> waiting_;  // under mutex_
  std::size_t waiting_bytes_ = 0;        // under mutex_
  tape::Offset read_to_ = 0;             // under mutex_
  // Whether there may be anything to take, so that a turn of the reactor costs one look. release: pairs with take().
  std::atomic<bool> news_{false};
  std::atomic<bool> stopping_{
      false};  // relaxed: the thread looks often; under mutex_ for whoever waits for room
  std::thread thread_;
};

}  // namespace kafka
