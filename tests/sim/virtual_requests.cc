#include "tests/sim/virtual_requests.h"

#include <algorithm>
#include <utility>

#include "tests/sim/allocations.h"
#include "tests/sim/violation.h"

namespace sim {

void VirtualRequests::start(tape::Offset from) {
  require(from <= topic_.end(), "Redis has a place behind the end of the requests");
  next_ = std::max(from, topic_.begin());
}

std::size_t VirtualRequests::take(std::size_t count, std::vector<engine::Request>& out) {
  const Uncounted guard;
  std::size_t taken = 0;
  for (; taken < count && !waiting_.empty(); ++taken) {
    out.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return taken;
}

int VirtualRequests::read(tape::Offset end) {
  const Uncounted guard;
  const std::size_t before = waiting_.size();
  for (end = std::min(end, topic_.end()); next_ < end; ++next_) {
    const Partition::Entry& entry = topic_.at(next_);
    if (!entry.occupied) continue;
    const tape::Heading heading = headings_.parse(next_, entry.value, {});
    if (heading.epoch_started || heading.epoch >= 0) continue;  // of an engine
    waiting_.push_back(parser_.parse(next_, entry.value, {}));
  }
  return static_cast<int>(waiting_.size() - before);
}

}  // namespace sim
