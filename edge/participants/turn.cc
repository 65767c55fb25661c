#include "edge/participants/turn.h"

#include <array>

namespace participants {
namespace {

struct Entry {
  std::string_view name;
  std::array<std::string_view, 2> answers;
  std::size_t count;
};

constexpr std::array<Entry, turns> entries{{
    {"payment.charge", {"PaymentConfirmed", "PaymentNotAuthorized"}, 2},
    {"payment.capture", {"PaymentCaptured"}, 1},
    {"payment.undo", {"PaymentRefunded"}, 1},
    {"inventory.reserve", {"InventoryUpdated", "InventoryInsufficient"}, 2},
    {"inventory.release", {"InventoryReleased"}, 1},
    {"shipping.ship", {"ShippingConfirmed", "ShippingFailed"}, 2},
    {"shipping.recall",
     {"ShippingRecalled", "ShippingConfirmed"},
     2},  // the second: too late, it is on its way
    {"notification.send", {"NotificationSent", "NotificationFailed"}, 2},
}};

const Entry& entry(Turn turn) { return entries[static_cast<std::size_t>(turn)]; }

}  // namespace

std::string_view name(Turn turn) { return entry(turn).name; }

std::optional<Turn> find_turn(std::string_view name) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].name == name) return static_cast<Turn>(i);
  }
  return std::nullopt;
}

std::span<const std::string_view> answers(Turn turn) {
  return std::span(entry(turn).answers).first(entry(turn).count);
}

}  // namespace participants
