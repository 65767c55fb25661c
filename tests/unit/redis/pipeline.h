// A tape with release and orders around it, and the journal played by the test: every event is acked as soon
// as the test says so. Keeps the list of what was acked, for a fold of the test's own.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.h"
#include "tests/world/core.h"
#include "tests/world/make_order.h"

namespace tests {

struct Pipeline : Core {
  static constexpr std::int64_t epoch = 100;
  static constexpr std::pair<saga::EventKind, saga::State> path[] = {
      {saga::EventKind::OrderPlaced, saga::State::placed},
      {saga::EventKind::PaymentConfirmed, saga::State::paid},
      {saga::EventKind::InventoryUpdated, saga::State::reserved},
      {saga::EventKind::ShippingConfirmed, saga::State::shipped},
      {saga::EventKind::NotificationSent, saga::State::completed}};

  struct Line {
    saga::OrderId order;
    std::uint32_t step;
    std::vector<std::pair<std::string, std::int64_t>> left;
  };

  explicit Pipeline(std::size_t live = 16'384, std::size_t finished = 10'000)
      : Core({.live = live, .bytes = std::size_t{1} << 30, .finished = finished},
             {.tape = 1 << 15, .reserved = 1 << 10, .events = 1 << 16}) {
    orders.open_intake();
  }

  tape::Record* place(unsigned n, std::size_t lines = 1) {
    const OrderDraft draft = make_order(n, lines);
    tape::Record* const record = orders.admit(draft.order).record;
    REQUIRE(record != nullptr);
    append(*record);
    return record;
  }
  /// The next step of the order, on the tape.
  void append(tape::Record& record) {
    if (record.step > 0) REQUIRE(tape.room().take(1) == 1);
    clock.advance(std::chrono::microseconds{1});
    const auto& [kind, state] = path[record.step];
    ++record.step;
    Line line{record.order.id, record.step, {}};
    if (kind == saga::EventKind::InventoryUpdated) {
      for (std::size_t i = 0; i < record.order.lines.size(); ++i) {
        const std::string sku(record.order.lines[i].sku);
        if (sku == "sku-3") continue;  // untracked
        record.lines_left[i] = levels[sku] -= record.order.lines[i].quantity;
        line.left.emplace_back(sku, levels[sku]);
      }
    }
    log.push_back(std::move(line));
    tape.append({.record = &record, .at = clock.now(), .step = record.step, .kind = kind, .state = state});
  }
  /// All that was appended is acked and released.
  void ack() {
    ack_all(epoch);
    while (release.do_work(clock.now()) > 0) {
    }
  }

  std::map<std::string, std::int64_t> levels;
  std::vector<Line> log;  // by tape index
};

}  // namespace tests
