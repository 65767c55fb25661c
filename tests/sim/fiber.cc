#include "tests/sim/fiber.h"

#include <utility>

namespace sim {

Fiber::Fiber(std::function<void()> body)
    : body_(std::move(body)), thread_([this] {
        go_.acquire();
        try {
          if (!killed_) body_();
        } catch (const Killed&) {  // its process is gone
        } catch (...) {
          failure_ = std::current_exception();
        }
        ended_ = true;
        stopped_.release();
      }) {}

Fiber::~Fiber() {
  if (!ended_) {
    killed_ = true;
    go_.release();
    stopped_.acquire();
  }
  thread_.join();
}

void Fiber::resume() {
  go_.release();
  stopped_.acquire();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Fiber::wait() {
  stopped_.release();
  go_.acquire();
  if (killed_) throw Killed{};
}

}  // namespace sim
