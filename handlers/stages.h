// The five handlers, each in its stage, over the five inboxes.
//
//   order ═▶ payment ═▶ inventory ═▶ shipping ═▶ notification
//
// Thread: wired before the workers run; then each stage belongs to its worker.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "engine/orders/inboxes.h"
#include "handlers/stage.h"

namespace handlers {

class Stages {
 public:
  Stages(const std::array<Handler*, saga::handlers>& handlers,
         const std::array<Calls*, saga::handlers>& calls, const saga::Outside& outside,
         const RetryRulesByHandler& retry, tape::Tape& tape, orders::Inboxes& inboxes,
         const runtime::WallClock& wall, runtime::Time start) {
    for (std::size_t i = 0; i < saga::handlers; ++i)
      stages_[i].emplace(*handlers[i], calls[i], Stage::Rules{retry.of(handlers[i]->id()), outside}, tape,
                         inboxes, wall, start);
  }

  Stage& stage(std::size_t index) { return *stages_[index]; }
  const Stage& stage(std::size_t index) const { return *stages_[index]; }

  /// From any thread: orders that wait for the next attempt or for a person.
  std::size_t resting() const {
    std::size_t count = 0;
    for (const auto& stage : stages_) count += stage->resting().all();
    return count;
  }

 private:
  std::array<std::optional<Stage>, saga::handlers> stages_;
};

}  // namespace handlers
