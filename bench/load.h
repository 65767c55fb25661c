// Places orders at a given rate (open loop) or as fast as they are answered (closed loop) and measures each
// from the moment it was meant to be sent.
//
//   intended(i) = start + i / rate ── free connection? ── put ── flush ── 202 ── record now - intended(i)
//                     └── none: it waits here, and the wait counts
//
// Every `sample_every`th order asks with `Prefer: wait` for its end, on connections of its own with nothing
// pipelined behind it: the cheapest exact way to see `completed`, one answer an order and no polling.
//
// Thread: the generator's only.
// Bounds: an order id takes 36 bytes until the run is verified.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "bench/pool.h"
#include "bench/requests.h"
#include "engine/runtime/histogram.h"

namespace bench {

using OrderId = std::array<char, 36>;

struct LoadPlan {
  double rate = 0;          // orders a second; 0 is closed loop
  std::uint64_t burst = 1;  // open loop: so many are meant for the same moment
  std::int64_t warmup_ns = 0;
  std::int64_t window_ns = 0;
  std::uint64_t orders_max =
      0;  // 0: as many as fit into the window; else the window lasts until all are answered
  unsigned sample_every = 100;  // 0: none
  bool has_keys = false;        // each order with an Idempotency-Key of its own
  std::size_t connections = 64;
  unsigned depth = pipeline_max;
};

// Told when the measured window begins and ends, to look at the processes' counters.
class WindowObserver {
 public:
  virtual ~WindowObserver() = default;
  virtual void window_begins() = 0;
  virtual void window_ends() = 0;
};

struct LoadResult {
  runtime::Histogram to_accepted;   // intended send time to 202
  runtime::Histogram to_completed;  // intended send time to 200 with `completed`, sampled
  runtime::Histogram to_written;    // intended send time to the write: how late the generator itself was
  std::array<std::uint64_t, 600> status_counts{};  // [0]: connections lost before the answer
  std::uint64_t sent = 0;
  std::uint64_t unsent = 0;  // due, but no connection was free before the run was over
  std::uint64_t unanswered = 0;
  std::uint64_t accepted_in_window = 0;
  std::uint64_t sampled_unfinished = 0;  // sampled and accepted, but not answered with `completed`
  std::uint64_t without_id = 0;          // accepted without an id to verify
  double window_seconds = 0;
};

class Load {
 public:
  // Adds the ids of accepted orders to `accepted`, everything else to `result`.
  Load(Pool& pool, Requests& requests, const LoadPlan& plan, LoadResult& result,
       std::vector<OrderId>& accepted);

  static std::size_t connections_needed(const LoadPlan& plan);
  void run(WindowObserver& observer);

 private:
  void send_open(std::int64_t now);
  void send_closed(std::int64_t now);
  void put(std::size_t connection, bool sampled, std::int64_t intended_ns, std::int64_t now);
  void answered(Flight flight, const Response& response, std::int64_t now);
  void accepted(const Response& response, std::int64_t now);
  void turn_window(std::int64_t now, WindowObserver& observer);
  void end_window(std::int64_t now, WindowObserver& observer);
  bool is_over(std::int64_t now) const;
  bool is_all_sent(std::int64_t now) const;
  bool is_cut_off(std::int64_t now) const;  // an overloaded schedule is given up
  std::int64_t wake_at(std::int64_t now) const;
  std::int64_t intended(std::uint64_t index) const;
  bool is_measured(std::int64_t intended_ns) const;

  // Constant in a run.
  Pool& pool_;
  Requests& requests_;
  const LoadPlan plan_;
  std::int64_t window_begin_ns_ = 0;
  std::int64_t window_end_ns_ = 0;  // as planned; far away when the orders are counted
  std::int64_t start_ns_ = 0;
  std::uint64_t due_max_ = 0;  // open loop: length of the schedule

  Lane lane_;
  Lane sample_lane_;
  std::deque<std::int64_t> samples_due_;  // intended times of sampled orders that wait for a connection
  std::uint64_t due_count_ = 0;           // open loop: how many have left the schedule
  std::uint64_t measured_count_ = 0;      // sent with an intended time in the window
  std::uint64_t answered_count_ = 0;
  std::int64_t last_answer_ns_ = 0;
  enum class Window { before, open, over } window_ = Window::before;
  std::int64_t window_opened_ns_ = 0;
  LoadResult& result_;
  std::vector<OrderId>& accepted_;
};

}  // namespace bench
