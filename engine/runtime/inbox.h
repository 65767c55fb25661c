// A stage's inbox: a moodycamel ConcurrentQueue with tokens, filled by any number of known producers and
// emptied by one consumer. FIFO for each producer, no order between producers (the tape has the one total
// order).
//
// Bounds: `capacity` elements and `producers` producers, fixed at construction; nothing allocates afterwards.
// A full inbox is a bug of whoever sized it, so push ENSUREs.
// Thread: each Producer belongs to one thread; pop only by the consumer.
#pragma once

#include <concurrentqueue.h>

#include <span>

#include "engine/ensure.h"
#include "engine/runtime/parker.h"

namespace runtime {

template <class T>
class Inbox {
  using Queue = moodycamel::ConcurrentQueue<T>;

 public:
  /// `consumer` is signalled by every push. The queue reserves the capacity once for every producer, because
  /// a producer keeps the blocks it has used: name no more of them than push.
  Inbox(std::size_t capacity, std::size_t producers, Parker& consumer)
      : queue_(capacity, producers, 0), consumer_token_(queue_), consumer_(consumer) {}

  class Producer {
   public:
    explicit Producer(Inbox& inbox) : inbox_(inbox), token_(inbox.queue_) {}

    void push(const T& item) {
      ENSURE(inbox_.queue_.try_enqueue(token_, item));
      inbox_.consumer_.signal();
    }
    void push(std::span<const T> items) {
      if (items.empty()) return;
      ENSURE(inbox_.queue_.try_enqueue_bulk(token_, items.data(), items.size()));
      inbox_.consumer_.signal();
    }

   private:
    Inbox& inbox_;
    moodycamel::ProducerToken token_;
  };

  /// Fills `out` from its front; returns how many.
  std::size_t pop(std::span<T> out) {
    return queue_.try_dequeue_bulk(consumer_token_, out.data(), out.size());
  }

  std::size_t size_approx() const { return queue_.size_approx(); }

 private:
  Queue queue_;
  moodycamel::ConsumerToken consumer_token_;
  Parker& consumer_;
};

}  // namespace runtime
