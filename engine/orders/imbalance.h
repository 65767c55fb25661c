// Whether the books of an order that has ended agree: what was charged was kept or given back, what was taken from the
// stock was sold or given back; and of any event, that no level is below zero. The table makes it so, and the inventory
// handler; this looks at what has really been acknowledged.
// Thread: the reactor's, of an event whose order shows it. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/tape/record.h"

namespace orders {

enum class Imbalance : std::uint8_t { none, money, stock };
inline constexpr std::array<std::string_view, 3> imbalance_names{"none", "money", "stock"};

Imbalance imbalance(const tape::Event& event);

}  // namespace orders
