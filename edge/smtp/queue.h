// Mails on their way from notification's thread to the mail threads: a ring with one producer that never
// waits and any number of consumers that sleep.
//
//   push():  slot[tail] = mail;  tail += 1 (release);  wake one sleeper, if there is one
//   pop():   lock;  sleep until tail moves (acquire);  take slot[head];  head += 1;  unlock
//
// Consumers queue at a lock of their own, which the producer never takes; whoever holds it sleeps on the
// tail.
//
// Bounds: `capacity` mails. A full ring is a bug of whoever sized it, so push ENSUREs.
//
// Memory order: tail's release pairs with the acquire in pop (the slot's content); head's release with the
// acquire in push (the slot may be written again).
//
// Thread: push by one; pop and close by any.
#pragma once

#include <atomic>
#include <bit>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/ensure.h"
#include "engine/ports.h"

namespace smtp {

class Queue {
 public:
  explicit Queue(std::size_t capacity) : slots_(std::bit_ceil(capacity)) {
    ENSURE(capacity > 0 && slots_.size() <= max_slots);
  }

  void push(const engine::Mail& mail) {
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed) / step;  // the only writer but close()
    ENSURE(((tail - head_.load(std::memory_order_acquire)) & index_mask) < slots_.size());
    slots_[tail & (slots_.size() - 1)] = mail;
    tail_.fetch_add(step, std::memory_order_release);
    tail_.notify_one();
  }

  /// Waits for a mail; nothing once the queue is closed, even if mails are left.
  std::optional<engine::Mail> pop() {
    const std::lock_guard lock(consumers_);
    const std::uint32_t head = head_.load(std::memory_order_relaxed);  // written under the lock only
    std::uint32_t tail = tail_.load(std::memory_order_acquire);
    while ((tail & closed) == 0 && tail / step == head) {
      tail_.wait(tail, std::memory_order_acquire);
      tail = tail_.load(std::memory_order_acquire);
    }
    if ((tail & closed) != 0) return std::nullopt;
    const engine::Mail mail = slots_[head & (slots_.size() - 1)];
    head_.store((head + 1) & index_mask, std::memory_order_release);
    return mail;
  }

  void close() {
    // Part of the word that sleepers watch, so that none can miss it.
    tail_.fetch_or(closed, std::memory_order_release);
    tail_.notify_all();
  }

  std::size_t size() const {
    // relaxed: a figure for people, a moment old anyway.
    return (tail_.load(std::memory_order_relaxed) / step - head_.load(std::memory_order_relaxed)) &
           index_mask;
  }

 private:
  // The lowest bit of the tail says closed; the index counts in the 31 above it and wraps there.
  static constexpr std::uint32_t closed = 1;
  static constexpr std::uint32_t step = 2;
  static constexpr std::uint32_t index_mask = 0x7fffffff;
  static constexpr std::size_t max_slots = std::size_t{1} << 30;

  std::vector<engine::Mail> slots_;
  alignas(64) std::atomic<std::uint32_t> tail_{0};
  alignas(64) std::atomic<std::uint32_t> head_{0};
  std::mutex consumers_;
};

}  // namespace smtp
