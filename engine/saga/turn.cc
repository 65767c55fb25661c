#include "engine/saga/turn.h"

namespace saga {
namespace {

constexpr std::array<std::string_view, turns + 1> names{
    "payment.charge",    "payment.capture",   "payment.undo",
    "inventory.reserve", "inventory.release", "shipping.ship",
    "shipping.recall",   "notification.send", ""};

}  // namespace

std::string_view name(Turn turn) { return names[static_cast<std::size_t>(turn)]; }

std::optional<Turn> find_turn(std::string_view name) {
  for (std::size_t i = 0; i < turns; ++i) {
    if (names[i] == name) return static_cast<Turn>(i);
  }
  return std::nullopt;
}

std::string effect_key(const OrderId& id, Turn turn) {
  std::string key = id.str() + ".";
  key += name(turn);
  return key;
}

std::string mail_key(const OrderId& id, MailTemplate mail, std::uint32_t again) {
  std::string key = effect_key(id, Turn::notification_send) + ".";
  key += name(mail);
  if (again != 0) key += "." + std::to_string(again);
  return key;
}

}  // namespace saga
