// The topic of requests as one engine reads it, as engine::RequestLog: what kafka::RequestReader does, without a thread.
// The topic outlives the engines; it may be the topic of events itself, whose own events are passed by.
//
// Thread: the world's one. Invariants: it is begun once, where Redis says or behind that.
#pragma once

#include <deque>
#include <vector>

#include "engine/codec/heading.h"
#include "engine/codec/request_parser.h"
#include "engine/ports.h"
#include "tests/sim/partition.h"
#include "tests/sim/random.h"

namespace sim {

class VirtualRequests final : public engine::RequestLog {
 public:
  VirtualRequests(const Partition& topic, Random& random) : topic_(topic), random_(random) {}

  // --- engine::RequestLog
  void start(tape::Offset from) override;
  std::size_t take(std::size_t count, std::vector<engine::Request>& out) override;
  tape::Offset taken_to() const override { return waiting_.empty() ? next_ : waiting_.front().offset; }

  /// A fetch comes back; how many requests it brought.
  int turn() { return read(next_ + static_cast<tape::Offset>(random_.between(1, 8))); }
  int turn_calmly() { return read(topic_.end()); }

 private:
  int read(tape::Offset end);

  const Partition& topic_;
  Random& random_;
  codec::HeadingParser headings_;
  codec::RequestParser parser_{""};
  tape::Offset next_ = 0;
  std::deque<engine::Request> waiting_;
};

}  // namespace sim
