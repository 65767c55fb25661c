// A question to the desk that a request has become, and its answer put into HTTP.
//
//   request ─▶ Call ─▶ desk ─┬─ at once ───▶ answered ─▶ exchange ─▶ the pool
//                            └─ later: the exchange is left to the call until then
//
// Thread: the reactor's. Invariants: it answers its exchange once, or is abandoned, and then gives itself
// back. Bounds: one a pipelined request.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edge/http/api/digest.h"
#include "edge/http/wire/pipeline.h"
#include "edge/reactor.h"
#include "engine/desk/answer.h"
#include "engine/pool.h"
#include "engine/runtime/histogram.h"

namespace http {

class Call;

/// What all of them share.
struct Calls {
  explicit Calls(const edge::Reactor& the_reactor) : reactor(the_reactor) {}

  const edge::Reactor& reactor;
  Sha256 sha256;
  runtime::Histogram place_latency;  // of new orders, until their acknowledgement
  engine::Pool<Call> pool;
};

class Call final : public desk::Client, private Pending {
 public:
  enum class About : std::uint8_t { place, show, list, cancel, retry, mail, answer, stock };

  explicit Call(Calls& calls) : calls_(calls) {}

  void begin(About about, Exchange& exchange);
  /// Seconds that the client would like to wait for an order's end.
  void prefers_to_wait(int seconds) { wait_ = seconds; }
  /// Entity tags of what the client has; good until wait_unless_answered().
  void has(std::string_view tags) { tags_ = tags; }
  /// The desk was asked: unless it has answered, the request waits.
  void wait_unless_answered();

 private:
  void answered(const desk::Answer& answer) override;
  void holds(std::size_t bytes) override { exchange_->hold(bytes); }
  void abandoned() override;
  void give_back();

  void render(const desk::Answer& answer, Exchange& exchange);
  void show(std::string_view text, Exchange& exchange);

  Calls& calls_;
  Exchange* exchange_ = nullptr;
  About about_ = About::show;
  engine::Time arrived_{};
  std::optional<int> wait_;
  std::string_view tags_;
  std::string kept_tags_;  // while it waits
};

}  // namespace http
