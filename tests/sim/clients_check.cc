// Whether what the clients were answered is true.
#include "engine/saga/json.h"
#include "tests/sim/clients.h"
#include "tests/sim/violation.h"

namespace sim {
namespace {

std::string hex(const saga::Digest& digest) {
  std::string text(2 * digest.size(), '\0');
  saga::json::hex(text.data(), digest);
  return text;
}

}  // namespace

/// At the moment it is given: nobody may be told what is not acked.
void Clients::check_answer(const Request& request) const {
  if (request.answered == no_answer) return;
  // Redis may know more than this engine, which another one has replaced.
  const Model& known = request.from_store ? books_.log : request.audit.seen;
  const Model::Order* const order = known.find(request.id.str());
  const auto say = [&](const char* what) { return std::string{what} + ": " + request.id.str(); };
  if (request.answered == 202)
    require(order != nullptr, [&] { return say("202, but nothing of it is acked"); });
  if (request.kind == Kind::place && request.answered == 202)
    require(order->body_hash == hex(hash(request.number, request.body)),
            [&] { return say("202, but the order has another body"); });
  if (request.kind == Kind::cancel && request.answered == 202)
    require(!order->has("ShippingConfirmed") && order->state != "placed" && order->state != "paid" &&
                order->state != "reserved",
            [&] { return say("cancel and shipment, or cancelled without an event"); });
  if (request.kind == Kind::cancel && request.answered == 409)
    require(order != nullptr && order->has("ShippingConfirmed"),
            [&] { return say("not cancelled, but not shipped"); });
  if (request.kind == Kind::retry && request.answered == 202)
    require(order->has("OrderResumed"), [&] { return say("resumed without an event"); });
}

void Clients::check_all() const {
  require(waiting_.empty(), "a request never got its answer");
  std::map<saga::OrderId, bool> may_be;  // somebody was not told that it was not taken
  for (const Request& request : requests_) {
    const Model::Order* const order = books_.log.find(request.id.str());
    const auto say = [&](const char* what) { return std::string{what} + ": " + request.id.str(); };
    require(request.answered != 0, [&] { return say("a request never got its answer"); });
    if (request.kind == Kind::place) {
      may_be[request.id] |=
          request.answered == 202 || request.answered == 504 || request.answered == no_answer;
      require(request.answered != 202 || order != nullptr,
              [&] { return say("202, and the order is not in the log"); });
      require(request.answered != 202 || order->body_hash == hex(hash(request.number, request.body)),
              [&] { return say("202, and the order in the log has another body"); });
      require(request.answered != 422 || order == nullptr ||
                  order->body_hash != hex(hash(request.number, request.body)),
              [&] { return say("422, but it is the same body"); });
    }
    if (request.kind == Kind::cancel && request.answered == 202)
      require(order != nullptr && !order->has("ShippingConfirmed") && order->state == "cancelled",
              [&] { return say("cancelled, but not so in the log"); });
    if (request.kind == Kind::cancel && request.answered == 409)
      require(order != nullptr && order->has("ShippingConfirmed"),
              [&] { return say("not cancelled, but not shipped"); });
  }
  for (const auto& [id, order] : books_.log.orders) {
    const auto id_text = std::string{id};
    const auto parsed = saga::OrderId::parse(id_text);
    const auto asked = parsed ? may_be.find(*parsed) : may_be.end();
    require(asked != may_be.end() && asked->second,
            [&] { return "an order that everybody was told had not been taken: " + id_text; });
  }
}

}  // namespace sim
