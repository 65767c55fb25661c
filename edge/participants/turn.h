// Whose turn it is, and with which events a participant may answer: what an event's extension `turn` says.
//
// Thread: any; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace participants {

enum class Turn : std::uint8_t {
  payment_charge,
  payment_capture,
  payment_undo,
  inventory_reserve,
  inventory_release,
  shipping_ship,
  shipping_recall,
  notification_send,
};
inline constexpr std::size_t turns = 8;

/// "payment.charge", as the events have it.
std::string_view name(Turn turn);
std::optional<Turn> find_turn(std::string_view name);

/// The event types an answer to this turn may have: first the one that says it was done.
std::span<const std::string_view> answers(Turn turn);

}  // namespace participants
