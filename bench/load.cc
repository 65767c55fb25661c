#include "bench/load.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace bench {
namespace {

void record(runtime::Histogram& histogram, std::int64_t duration_ns) {
  histogram.record(static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration_ns)));
}

constexpr std::size_t sample_connections = 64;
constexpr std::int64_t far_away_ns = std::numeric_limits<std::int64_t>::max();
// How long an overloaded schedule may go on after its window, and how long a silent engine is waited for.
constexpr std::int64_t overtime_ns = 10 * second_ns;
constexpr std::int64_t silence_ns = 35 * second_ns;  // longer than ack_deadline, whose 504 is an answer

std::string_view id_of(const Response& response) {
  constexpr std::string_view path = "/v1/orders/";
  constexpr std::string_view field = R"("orderId":")";
  constexpr std::size_t id_bytes = std::tuple_size_v<OrderId>;
  std::string_view id;
  if (const auto at = response.location.rfind(path); at != std::string_view::npos)
    id = response.location.substr(at + path.size());
  else if (const auto in_body = response.body.find(field); in_body != std::string_view::npos)
    id = response.body.substr(in_body + field.size(), id_bytes);
  return id.size() == id_bytes ? id : std::string_view{};
}

}  // namespace

std::size_t Load::connections_needed(const LoadPlan& plan) {
  return plan.connections + (plan.sample_every > 0 ? sample_connections : 0);
}

Load::Load(Pool& pool, Requests& requests, const LoadPlan& plan, LoadResult& result,
           std::vector<OrderId>& accepted)
    : pool_{pool},
      requests_{requests},
      plan_{plan},
      lane_{.first = 0, .count = plan.connections, .depth = plan.depth},
      sample_lane_{.first = plan.connections, .count = plan.sample_every > 0 ? sample_connections : 0},
      result_{result},
      accepted_{accepted} {}

void Load::run(WindowObserver& observer) {
  const auto deliver = [this](Flight flight, const Response& response, std::int64_t now) {
    answered(flight, response, now);
  };
  start_ns_ = last_answer_ns_ = now_ns();
  window_begin_ns_ = start_ns_ + plan_.warmup_ns;
  window_end_ns_ = plan_.orders_max > 0 ? far_away_ns : window_begin_ns_ + plan_.window_ns;
  if (plan_.rate > 0) {
    const double seconds =
        static_cast<double>(plan_.warmup_ns + (plan_.orders_max > 0 ? 0 : plan_.window_ns)) / 1e9;
    due_max_ = static_cast<std::uint64_t>(std::ceil(plan_.rate * seconds)) + plan_.orders_max;
  }
  for (std::int64_t now = start_ns_; !is_over(now); now = now_ns()) {
    turn_window(now, observer);
    plan_.rate > 0 ? send_open(now) : send_closed(now);
    pool_.flush(deliver);
    pool_.poll(wake_at(now), deliver);
  }
  end_window(now_ns(), observer);
  result_.unsent = (due_max_ - due_count_) + samples_due_.size();
  result_.unanswered = result_.sent - answered_count_;
}

void Load::send_open(std::int64_t now) {
  if (is_cut_off(now)) return;
  while (due_count_ < due_max_ && intended(due_count_) <= now) {
    if (plan_.sample_every > 0 && due_count_ % plan_.sample_every == plan_.sample_every - 1) {
      samples_due_.push_back(intended(due_count_));
    } else if (const auto connection = pool_.pick(lane_)) {
      put(*connection, false, intended(due_count_), now);
    } else {
      break;  // all full: it stays in the schedule, and its wait counts
    }
    ++due_count_;
  }
  while (!samples_due_.empty()) {
    const auto connection = pool_.pick(sample_lane_);
    if (!connection) break;
    put(*connection, true, samples_due_.front(), now);
    samples_due_.pop_front();
  }
}

void Load::send_closed(std::int64_t now) {
  while (now < window_end_ns_ && (plan_.orders_max == 0 || measured_count_ < plan_.orders_max)) {
    if (plan_.sample_every > 0 && result_.sent % plan_.sample_every == plan_.sample_every - 1) {
      if (const auto sampled = pool_.pick(sample_lane_)) {
        put(*sampled, true, now, now);
        continue;
      }
    }
    const auto connection = pool_.pick(lane_);
    if (!connection) break;
    put(*connection, false, now, now);
  }
}

void Load::put(std::size_t connection, bool sampled, std::int64_t intended_ns, std::int64_t now) {
  pool_.put(connection, sampled ? requests_.waiting_order(result_.sent) : requests_.order(result_.sent),
            {.intended_ns = intended_ns, .tag = sampled});
  ++result_.sent;
  if (!is_measured(intended_ns)) return;
  ++measured_count_;
  record(result_.to_written, now - intended_ns);
}

void Load::answered(Flight flight, const Response& response, std::int64_t now) {
  const bool sampled = flight.tag != 0;
  const auto status = static_cast<std::size_t>(response.status);
  last_answer_ns_ = now;
  ++answered_count_;
  ++result_.status_counts[std::min(status, result_.status_counts.size() - 1)];
  if (status != 202 && !(sampled && status == 200)) return;
  accepted(response, now);
  if (!sampled) {
    if (is_measured(flight.intended_ns)) record(result_.to_accepted, now - flight.intended_ns);
  } else if (status != 200 || response.body.find(R"("status":"completed")") == std::string_view::npos) {
    ++result_.sampled_unfinished;
  } else if (is_measured(flight.intended_ns)) {
    record(result_.to_completed, now - flight.intended_ns);
  }
}

void Load::accepted(const Response& response, std::int64_t now) {
  if (window_ == Window::open && now < window_end_ns_) ++result_.accepted_in_window;
  const std::string_view id = id_of(response);
  if (id.empty()) {
    ++result_.without_id;
    return;
  }
  std::memcpy(accepted_.emplace_back().data(), id.data(), id.size());
}

void Load::turn_window(std::int64_t now, WindowObserver& observer) {
  if (window_ == Window::before && now >= window_begin_ns_) {
    window_ = Window::open;
    window_opened_ns_ = now;
    observer.window_begins();
  } else if (window_ == Window::open && now >= window_end_ns_) {
    end_window(now, observer);
  }
}

void Load::end_window(std::int64_t now, WindowObserver& observer) {
  if (window_ != Window::open) return;
  window_ = Window::over;
  result_.window_seconds = static_cast<double>(now - window_opened_ns_) / 1e9;
  observer.window_ends();
}

bool Load::is_over(std::int64_t now) const {
  if (pool_.open_count() == 0 || now - last_answer_ns_ > silence_ns) return true;
  if (now < window_begin_ns_ || !is_all_sent(now)) return false;
  return pool_.in_flight() == 0;
}

bool Load::is_all_sent(std::int64_t now) const {
  if (plan_.rate > 0) return is_cut_off(now) || (due_count_ == due_max_ && samples_due_.empty());
  return now >= window_end_ns_ || (plan_.orders_max > 0 && measured_count_ >= plan_.orders_max);
}

bool Load::is_cut_off(std::int64_t now) const {
  return window_end_ns_ != far_away_ns && now > window_end_ns_ + overtime_ns;
}

std::int64_t Load::wake_at(std::int64_t now) const {
  std::int64_t at = now + second_ns / 10;
  if (window_ == Window::before) at = std::min(at, window_begin_ns_);
  if (window_ == Window::open) at = std::min(at, window_end_ns_);
  // An order that is already due has no connection: only an answer helps, not the clock.
  if (due_count_ < due_max_ && intended(due_count_) > now) at = std::min(at, intended(due_count_));
  return at;
}

std::int64_t Load::intended(std::uint64_t index) const {
  return start_ns_ + intended_ns(index, plan_.rate, plan_.burst);
}

bool Load::is_measured(std::int64_t intended_ns) const {
  return intended_ns >= window_begin_ns_ && intended_ns < window_end_ns_;
}

}  // namespace bench
