// Whether what the clients were answered is true.
#include <algorithm>
#include <map>
#include <set>

#include "engine/saga/json.h"
#include "tests/sim/clients.h"
#include "tests/sim/violation.h"

namespace sim {
namespace {

using desk::Outcome;

std::string hex(const saga::Digest& digest) {
  std::string text(2 * digest.size(), '\0');
  saga::json::hex(text.data(), digest);
  return text;
}

/// The order is on its way, says the answer.
bool taken(std::optional<Outcome> answer) { return answer == Outcome::accepted || answer == Outcome::ended; }

std::string id_in(std::string_view document) {
  constexpr std::string_view key = R"("orderId":")";
  const std::size_t at = document.find(key);
  return at == std::string_view::npos ? "" : std::string{document.substr(at + key.size(), 36)};
}

}  // namespace

/// At the moment it is given: nobody may be told what is not acked.
void Clients::check_answer(const Request& request, const desk::Answer& answer) const {
  // Redis may know more than this engine, which another one has replaced.
  const Model& known = answer.from_store ? books_.log : request.audit.seen;
  const Model::Order* const order = known.find(request.id.str());
  const auto say = [&](const char* what) { return std::string{what} + ": " + request.id.str(); };
  const bool accepted = taken(answer.outcome);
  if (accepted) require(order != nullptr, [&] { return say("accepted, but nothing of it is acked"); });
  // Nobody knew whether it was on its way, and it was.
  const bool gone = order != nullptr && order->has("ShippingUnresolved");
  switch (request.kind) {
    case Kind::place:
      require(!accepted || order->body_hash == hex(hash(request.number, request.body)),
              [&] { return say("accepted, but the order has another body"); });
      require(
          answer.outcome != Outcome::ended || order->status == "completed" || order->status == "cancelled",
          [&] { return say("it has not ended"); });
      if (answer.outcome == Outcome::ended && !answer.from_store)
        Model::compare_shown(request.id.str(), *order, answer.document);
      return;
    case Kind::get:
      require(answer.outcome != Outcome::shown || order != nullptr,
              [&] { return say("shown, but not acked"); });
      if (answer.outcome == Outcome::shown && !answer.from_store)
        Model::compare_shown(request.id.str(), *order, answer.document);
      return;
    case Kind::list:
      return check_page(answer);
    case Kind::cancel:
      require(!accepted || ((gone || !order->has("ShippingConfirmed")) && order->state != "placed" &&
                            order->state != "paid" && order->state != "reserved"),
              [&] { return say("cancel and shipment, or cancelled without an event"); });
      require(answer.outcome != Outcome::refused || (order != nullptr && order->has("ShippingConfirmed")),
              [&] { return say("not cancelled, but not shipped"); });
      return;
    case Kind::retry:
      require(!accepted || order->has("OrderResumed"), [&] { return say("resumed without an event"); });
      return;
    case Kind::mail:
      require(!accepted || order->has("MailRequested"), [&] { return say("a mail again without an event"); });
      return;
    case Kind::answer:
      require(!accepted || order->has(saga::name(request.said)),
              [&] { return say("an answer is taken without its event"); });
      require(!accepted || request.in_turn || answer.replayed,
              [&] { return say("an answer is taken out of its turn"); });
      return;
    case Kind::stock:
      return;
  }
}

void Clients::check_page(const desk::Answer& answer) const {
  std::set<std::string> shown;
  for (const std::string& document : answer.documents) {
    const std::string id = id_in(document);
    require(shown.insert(id).second, [&] { return "a page shows an order twice: " + id; });
    require(books_.log.find(id) != nullptr, [&] { return "a page shows what is not in the log: " + id; });
  }
}

void Clients::check_all() const {
  require(waiting_.empty(), "a request never got its answer");
  std::map<std::string, std::ptrdiff_t, std::less<>> mails_asked_for;
  std::map<saga::OrderId, bool> may_be;  // somebody was not told that it was not taken
  for (const Request& request : requests_) {
    const Model::Order* const order = books_.log.find(request.id.str());
    const auto say = [&](const char* what) { return std::string{what} + ": " + request.id.str(); };
    require(request.ended, [&] { return say("a request never got its answer"); });
    if (request.kind == Kind::place) {
      may_be[request.id] |= !request.answer || taken(request.answer) || request.answer == Outcome::unknown;
      require(!taken(request.answer) || order != nullptr,
              [&] { return say("accepted, and the order is not in the log"); });
      require(!taken(request.answer) || order->body_hash == hex(hash(request.number, request.body)),
              [&] { return say("accepted, and the order in the log has another body"); });
      require(request.answer != Outcome::other_body || order == nullptr ||
                  order->body_hash != hex(hash(request.number, request.body)),
              [&] { return say("another body, but it is the same"); });
    }
    if (request.kind == Kind::cancel && request.answer == Outcome::accepted)
      require(order != nullptr && (order->has("ShippingConfirmed") ? order->has("ShippingUnresolved")
                                                                   : order->state == "cancelled"),
              [&] { return say("cancelled, but not so in the log"); });
    if (request.kind == Kind::cancel && request.answer == Outcome::refused)
      require(order != nullptr && order->has("ShippingConfirmed"),
              [&] { return say("not cancelled, but not shipped"); });
    if (request.kind == Kind::mail && request.answer == Outcome::accepted)
      require(order != nullptr && order->has("MailRequested") && order->ended(),
              [&] { return say("a mail is promised, and neither sent nor given up"); });
    if (request.kind == Kind::mail && order != nullptr) ++mails_asked_for[request.id.str()];
  }
  for (const auto& [id, order] : books_.log.orders) {
    const auto requested = std::count_if(order.steps.begin(), order.steps.end(), [](const Model::Step& step) {
      return step.type == "MailRequested";
    });
    require(requested == 0 || requested <= mails_asked_for[std::string{id}],
            [&id = id] { return "more mails than somebody has asked for: " + std::string{id}; });
    const auto id_text = std::string{id};
    const auto parsed = saga::OrderId::parse(id_text);
    const auto asked = parsed ? may_be.find(*parsed) : may_be.end();
    require(asked != may_be.end() && asked->second,
            [&] { return "an order that everybody was told had not been taken: " + id_text; });
  }
}

}  // namespace sim
