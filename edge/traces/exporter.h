// The box: takes spans from whoever made them and sends them to a collector, OTLP over HTTP, on a thread of its own.
//
//   reactor (orders at their end) ──┐
//   participants' threads (calls) ──┼─ take() ─▶ queue ─▶ requests of `batch` spans, one at a time ─▶ the collector
//   mail threads (mails) ───────────┘
//
// A collector that is away, or that asks for a pause, gets the same request again with backoff, for as long as it takes;
// what comes meanwhile waits in the queue, and what that has no place for is dropped and counted. One that refuses a
// request does not get it again.
//
// Thread: constructor, start(), stop(), add_metrics() by whoever composes; take() by any.
// Bounds: `queue` spans wait beyond those of the request under way; a request takes `timeout`; stop() its grace.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "edge/span.h"
#include "edge/traces/otlp.h"
#include "edge/traces/settings.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/metrics.h"

namespace traces {

class Collector;  // collector.h, which needs libcurl

class Exporter final : public edge::Spans {
 public:
  Exporter(Settings settings, const runtime::Clock& clock);
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;
  ~Exporter() override;  // stops at once if nobody has

  /// Or why it cannot. Connects with the first spans.
  engine::Result<> start();
  void take(std::vector<edge::Span> spans) override;
  /// Sends what waits, as far as it can within `grace`.
  void stop(engine::Duration grace);

  /// Before start(); they live as long as the box.
  void add_metrics(runtime::Metrics& metrics) const;

 private:
  void run();
  std::vector<edge::Span> next_batch();
  void send(const std::vector<edge::Span>& batch);
  bool pause(engine::Duration most);
  void say(int level, std::string_view line);
  void count(std::uint64_t exported, std::uint64_t dropped);

  // --- Constant after construction.
  const Settings settings_;
  const Resource resource_;
  const runtime::SystemClock clock_;
  std::unique_ptr<Collector> collector_;  // but for stop_by(), the box's thread only

  // --- The box's thread only.
  bool well_ = true;  // by the log's last word

  // --- Shared, under mutex_.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<edge::Span> queue_;
  bool stopping_ = false;
  engine::Time stop_by_{};  // once stopping
  runtime::Counter exported_, dropped_;

  std::thread thread_;
};

}  // namespace traces
