#include "edge/try_participant/sample.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <random>
#include <string_view>

namespace try_participant {
namespace {

using participants::Turn;

/// The event that gives a turn: its type and who emits it.
struct Cause {
  std::string_view type, source;
};
Cause cause_of(Turn turn) {
  switch (turn) {
    case Turn::payment_charge:
      return {"OrderPlaced", "/saga/order"};
    case Turn::payment_capture:
    case Turn::notification_send:
      return {"ShippingConfirmed", "/saga/shipping"};
    case Turn::inventory_reserve:
      return {"PaymentConfirmed", "/saga/payment"};
    case Turn::shipping_ship:
      return {"InventoryUpdated", "/saga/inventory"};
    case Turn::payment_undo:
    case Turn::inventory_release:
    case Turn::shipping_recall:
      return {"OrderCancelRequested", "/saga/order"};
    case Turn::none:
      break;
  }
  return {};
}

std::string key_of(const std::string& order_id, Turn turn) {
  return fmt::format("{}.{}", order_id, name(turn));
}

Event event(Turn turn, int step, const std::string& order_id, const std::string& order,
            const std::string& more) {
  const Cause cause = cause_of(turn);
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return {key_of(order_id, turn),
          fmt::format(R"({{"specversion":"1.0","id":"{0}.{1}","source":"{2}","type":"{3}","subject":"{0}",)"
                      R"("time":"{4:%Y-%m-%dT%H:%M:%SZ}","datacontenttype":"application/json","turn":"{5}",)"
                      R"("data":{{"orderId":"{0}"{6},"order":{{"orderId":"{0}",{7}}}}}}})",
                      order_id, step, cause.source, cause.type, fmt::gmtime(now), name(turn), more, order)};
}

}  // namespace

std::optional<HandlerTurns> turns_of(const std::string& name) {
  if (name == "payment") return HandlerTurns{name, Turn::payment_charge, Turn::payment_undo};
  if (name == "inventory") return HandlerTurns{name, Turn::inventory_reserve, Turn::inventory_release};
  if (name == "shipping") return HandlerTurns{name, Turn::shipping_ship, Turn::shipping_recall};
  if (name == "notification") return HandlerTurns{name, Turn::notification_send, std::nullopt};
  return std::nullopt;
}

std::string new_order_id() {
  std::random_device random;
  std::array<unsigned, 4> words{};
  for (unsigned& word : words) word = random();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", words[0], words[1] & 0xffffU,
                     words[1] >> 16U & 0xfffU, 0x8000U | (words[2] & 0x3fffU), words[2] >> 16U, words[3]);
}

Event work_event(const HandlerTurns& handler, const std::string& order_id, const std::string& order) {
  const bool charge = handler.work == Turn::payment_charge;
  return event(handler.work, 1, order_id, order, charge ? R"(,"capture":"now")" : "");
}

Event undo_event(const HandlerTurns& handler, const std::string& order_id, const std::string& order) {
  return event(*handler.undo, 2, order_id, order,
               fmt::format(R"(,"undoes":"{}")", key_of(order_id, handler.work)));
}

std::string sample_order() {
  return R"("userId":"try-participant","userEmail":"you@example.com",)"
         R"("items":[{"sku":"keyboard","quantity":1,"price":"49.99"}],"amount":49.99,"amountMinor":4999,"currency":"USD",)"
         R"("payment":{"payment_method":"pm_card_visa"},)"
         R"("shipping":{"name":"Ada Lovelace","street":"12 St James's Square","city":"London","country":"GB"})";
}

}  // namespace try_participant
