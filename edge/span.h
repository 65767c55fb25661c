// A span of a trace: what took how long, and for whom. Whoever did it makes it (a call to a participant, a mail, an order
// at its end) and hands it to Spans, which edge/traces sends away.
//
// Thread: a Span is a value; Spans is for any thread and never waits.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/runtime/clock.h"
#include "engine/time.h"

namespace edge {

struct Span {
  /// By OTLP's numbers.
  enum class Kind : std::uint8_t { internal = 1, server = 2, client = 3, producer = 4 };
  using Attribute = std::pair<std::string_view, std::variant<std::int64_t, std::string>>;

  std::array<std::uint8_t, 16> trace{};
  std::uint64_t id = 0;
  std::uint64_t parent = 0;  // 0: it is the first of its trace
  Kind kind = Kind::internal;
  std::string name;
  engine::Time begin{}, end{};  // as shown
  std::string error{};          // what went wrong; empty: nothing
  std::vector<Attribute> attributes{};
};

class Spans {
 public:
  explicit Spans(const runtime::Clock& clock) : clock_(clock) {}
  virtual ~Spans() = default;

  /// All of them, or none: those there is no place for are counted and gone.
  virtual void take(std::vector<Span> spans) = 0;
  /// The time, as events have it.
  engine::Time now() const { return clock_.shown(); }

 private:
  const runtime::Clock& clock_;
};

}  // namespace edge
