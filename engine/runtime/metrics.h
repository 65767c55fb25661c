// Counters and the list of everything that can be measured. A counter is one word with one writing thread;
// the list only points at counters, gauges and histograms that live in their owners, and is read when
// somebody asks.
//
// Thread: add() before the workers start; read from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/runtime/histogram.h"

namespace runtime {

class Counter {
 public:
  void add(std::uint64_t n = 1) {
    // relaxed: one writer; readers may be a moment behind.
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Metrics {
 public:
  /// `name` as Prometheus has it (saga_orders_total); `labels` without braces (step="payment") or empty.
  void add(std::string name, std::string labels, std::string help, const Counter& counter);
  void add(std::string name, std::string labels, std::string help,
           const Histogram& nanoseconds);  // shown in seconds
  void add_gauge(std::string name, std::string labels, std::string help, std::function<double()> read);

  /// Prometheus text format, version 0.0.4.
  std::string render() const;

 private:
  struct Entry {
    std::string name, labels, help;
    const Counter* counter = nullptr;
    const Histogram* histogram = nullptr;
    std::function<double()> gauge;
  };
  void add(Entry entry);

  std::vector<Entry> entries_;
};

}  // namespace runtime
