// A piece of code that blocks, in a world of one thread: it runs only while somebody resumes it, until it
// waits. Whoever is destroyed while it waits ends there: wait() throws through it.
//
// Thread: it has one of its own, which never runs beside the world's.
#pragma once

#include <exception>
#include <functional>
#include <semaphore>
#include <thread>

namespace sim {

class Fiber {
 public:
  /// Nothing of `body` runs before the first resume().
  explicit Fiber(std::function<void()> body);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Runs it until it waits or ends; what it throws comes out here.
  void resume();
  bool ended() const { return ended_; }
  /// Within the body: lets the world go on.
  void wait();

 private:
  struct Killed {};

  std::function<void()> body_;
  bool killed_ = false, ended_ = false;
  std::exception_ptr failure_;
  std::binary_semaphore go_{0}, stopped_{0};
  std::thread thread_;
};

}  // namespace sim
