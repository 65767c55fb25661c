// Mails on their way from notification's thread to the mail threads.
//
// Thread: any.
// Bounds: whoever sized the mail backlog bounds it; a mail is one small struct.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "engine/ports.h"

namespace smtp {

class Queue {
 public:
  void push(const engine::Mail& mail) {
    {
      const std::lock_guard lock(mutex_);
      mails_.push_back(mail);
    }
    changed_.notify_one();
  }

  /// Waits for a mail; nothing once the queue is closed, even if mails are left.
  std::optional<engine::Mail> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !mails_.empty(); });
    if (closed_) return std::nullopt;
    const engine::Mail mail = mails_.front();
    mails_.pop_front();
    return mail;
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return mails_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<engine::Mail> mails_;  // under mutex_
  bool closed_ = false;             // under mutex_
};

}  // namespace smtp
