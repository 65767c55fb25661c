// Unfinished orders that are not in memory, because they only wait for their mail (orders/mail_backlog.h).
// Kept here is what the listing needs of each to show the newest first without a search; the rest is in the
// store.
//
// Thread: the reactor's.
// Bounds: those of the mail backlog; 88 bytes an order.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "engine/ensure.h"
#include "engine/orders/marks.h"
#include "engine/saga/event.h"
#include "engine/saga/id.h"

namespace orders {

class Spilled {
 public:
  struct Order {
    saga::OrderId id;
    Marks marks{};
  };
  void add(std::uint64_t serial, const Order& order, saga::State status) {
    ENSURE(of(status).emplace(serial, order).second);
  }
  /// Whether it was here.
  bool remove(std::uint64_t serial, saga::State status) { return of(status).erase(serial) > 0; }

  /// Calls `show(serial, order, status)` for the `limit` newest below `before` whose marks `pass`, of each status that
  /// has the name of `wanted`, if it is given.
  template <class Pass, class Show>
  void newest(std::optional<saga::State> wanted, std::uint64_t before, std::size_t limit, const Pass& pass,
              const Show& show) const {
    for (std::size_t i = 0; i < saga::states; ++i) {
      const auto status = static_cast<saga::State>(i);
      if (wanted && saga::name(status) != saga::name(*wanted)) continue;
      auto at = by_status_[i].lower_bound(before);
      for (std::size_t left = limit; left > 0 && at != by_status_[i].begin();) {
        --at;
        if (!pass(at->second.marks)) continue;
        show(at->first, at->second, status);
        --left;
      }
    }
  }

 private:
  using Serials = std::map<std::uint64_t, Order>;
  Serials& of(saga::State status) { return by_status_[static_cast<std::size_t>(status)]; }

  std::array<Serials, saga::states> by_status_;
};

}  // namespace orders
