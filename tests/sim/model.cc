#include "tests/sim/model.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tests/sim/model_rules.h"
#include "tests/sim/violation.h"

namespace sim {
namespace {

std::string about(const RecordText& record) {
  return std::string{record.type} + " (" + std::string{record.id} + ", seq " + std::to_string(record.seq) +
         "): ";
}

}  // namespace

bool Model::Order::has(Text type) const {
  return std::any_of(steps.begin(), steps.end(), [&](const Step& step) { return step.type == type; });
}

bool Model::Order::nobody_asked(Text turn) const { return amount == 0 && turn.starts_with("payment."); }

Text Model::Order::turn() const {
  const auto found = turns.find(state);
  return found == turns.end() || nobody_asked(found->second) ? Text{} : found->second;
}

const Model::Order* Model::find(Text id) const {
  const auto found = orders.find(id);
  return found == orders.end() ? nullptr : &found->second;
}

/// The reader rule.
bool Model::counts(std::int64_t at, const RecordText& record) {
  if (record.type.ends_with("EpochStarted")) {
    if (!openings_.insert(record.id).second) return false;
    const auto after = number_of(record.data, "after");
    if (after && *after != epoch) return false;
    require(!record.id.ends_with('+') || record.id.substr(0, record.id.size() - 1) == opening_,
            [&] { return about(record) + "reopens the log after another engine's opening"; });
    opening_ = record.id;
    ++seen[record.type];
    epoch = at;
    seq = 0;
    offset = at;
    holed_ = false;
    return false;
  }
  if (record.epoch != epoch || record.seq <= seq || holed_) return false;
  holed_ = record.seq > seq + 1;
  return !holed_;
}

bool Model::read(std::int64_t at, const RecordText& record) {
  if (!counts(at, record)) return false;
  ++seq;
  ++applied;
  offset = at;
  valid[at] = {record.id, epoch, seq};
  ++seen[record.type];
  require(record.key == record.subject, [&] { return about(record) + "key and subject differ"; });
  const auto emitter = emitters.find(record.type);
  require(emitter == emitters.end() || emitter->second == record.source,
          [&] { return about(record) + "comes from " + std::string{record.source}; });
  if (record.type == "StockSet") {
    require(text_of(record.data, "sku") == record.key, [&] { return about(record) + "another sku"; });
    stock[record.key] = number_of(record.data, "onHand").value_or(-1);
    require(stock[record.key] >= 0, [&] { return about(record) + "a level below zero"; });
  } else {
    order_event(at, record);
  }
  return true;
}

void Model::order_event(std::int64_t at, const RecordText& record) {
  Order& order = orders[record.key];
  touched.insert(record.key);
  const std::string id{record.key};
  const std::size_t step = order.steps.size() + 1;
  require(record.id == id + "." + std::to_string(step),
          [&] { return about(record) + "step " + std::to_string(step) + " was due"; });
  // The name of a request off the topic is checked where those are known.
  require(step == 1
              ? record.cause.empty()
              : record.cause == id + "." + std::to_string(step - 1) || record.cause.find('#') != Text::npos,
          [&] { return about(record) + "names another cause: " + std::string{record.cause}; });
  require(step == 1 || order.steps.back().time <= record.time,
          [&] { return about(record) + "lies before its cause in time"; });
  if (step == 1) order.trace = record.trace;
  require(record.trace == order.trace, [&] { return about(record) + "belongs to another trace"; });
  const auto to = legal.find({order.state, record.type});
  require(to != legal.end(),
          [&] { return about(record) + "cannot follow in state \"" + std::string{order.state} + "\""; });
  const Text from = order.state;
  effects(order, record);
  order.state = to->second == "shipped" && order.captured_later ? Text{"shipped, capturing"} : to->second;
  // What had stopped it is over.
  const bool stopped = from == "recalling" || from.starts_with("parked, ");
  if (stopped && (order.state.starts_with("shipped") || order.state == "captured")) order.reason = {};
  require(record.turn == order.turn(),
          [&] { return about(record) + "gives another turn: " + std::string{record.turn}; });
  order.status = order.state == "mailing" ? Text{"cancelling"} : order.state.substr(0, order.state.find(','));
  order.steps.push_back({record.type, record.time, record.cause, order.state, at, record.epoch, record.seq});
}

void Model::effects(Order& order, const RecordText& record) {
  const Text type = record.type;
  const auto turn = [&](Text reason) {
    if (order.reason.empty()) order.reason = reason;
  };
  const auto payment = [&] {
    require(number_of(record.data, "amountMinor") == order.amount,
            [&] { return about(record) + "another amount than the order's"; });
    const Text reference = text_of(record.data, "reference");
    const bool right = order.amount == 0  ? reference == "free"
                       : outside_.payment ? !reference.empty()
                                          : reference == "sim-" + std::string{record.id};
    require(right, [&] {
      return about(record) + "the call's key is not the event's id, or nobody was to be asked";
    });
  };
  const auto unresolved = [&](Text key, bool outside) {
    require(outside && text_of(record.data, "key") == std::string{record.key} + "." + std::string{key},
            [&] { return about(record) + "names another call, or nobody was called"; });
    require(number_of(record.data, "attempts").value_or(0) > 0,
            [&] { return about(record) + "no call was sent"; });
    turn(text_of(record.data, "reason"));
  };
  if (type == "OrderPlaced") {
    order.body_hash = text_of(record.data, "bodyHash");
    order.amount = number_of(record.data, "amountMinor").value_or(-1);
    order.reference = text_of(record.data, "reference");
    order.discount = text_of(record.data, "discount");
    order.captured_later = text_of(record.data, "capture") == "later";
    order.opaque = record.opaque;
    order.all_lines = record.lines;
    std::copy_if(record.lines.begin(), record.lines.end(), std::back_inserter(order.lines),
                 [](const LineText& line) { return line.stocked; });
  } else if (type == "PaymentConfirmed") {
    payment();
    order.payment_reference = text_of(record.data, "reference");
    order.charged = true;
  } else if (type == "PaymentUnresolved") {
    unresolved("payment.charge", outside_.payment);
    order.charged = true;  // perhaps
  } else if (type == "PaymentCaptured") {
    payment();
    order.captured = true;
  } else if (type == "PaymentRefunded") {
    payment();
    require(order.charged && !order.captured,
            [&] { return about(record) + "there is nothing to give back"; });
    order.charged = false;
  } else if (type == "InventoryUnresolved") {
    unresolved("inventory.reserve", outside_.inventory);
  } else if (type == "ShippingUnresolved") {
    unresolved("shipping.ship", outside_.shipping);
  } else if (type == "ShippingConfirmed") {
    order.tracking = text_of(record.data, "trackingNumber");
    order.carrier = text_of(record.data, "carrier");
    require(!order.tracking.empty(), [&] { return about(record) + "without a tracking number"; });
  } else if (type == "InventoryUpdated") {
    reserve(order, record);
  } else if (type == "InventoryReleased") {
    release(order, record);
  } else if (type == "InventoryInsufficient") {
    order.left = record.lines;
    if (outside_.inventory) {
      const Text reason = text_of(record.data, "reason");
      return turn(reason.empty() ? Text{"out_of_stock"} : reason);
    }
    require(!enough(order), [&] { return about(record) + "but there was enough"; });
    turn("out_of_stock");
  } else if (type == "OrderCancelRequested") {
    turn("customer_request");
  } else if (type == "OrderCancelled") {
    require(!order.charged && order.reserved.empty(),
            [&] { return about(record) + "not everything is undone"; });
    require(text_of(record.data, "reason") == order.reason, [&] { return about(record) + "another reason"; });
  } else if (type == "NotificationSent" || type == "NotificationFailed" || type == "MailRequested") {
    const Text what = order.has("OrderCancelled") ? "order-cancelled" : "shipping-confirmation";
    require(text_of(record.data, "template") == what, [&] { return about(record) + "another template"; });
    const bool again = order.state.ends_with(", mailing");
    if (type == "NotificationSent") {
      const Text message = text_of(record.data, "messageId");
      const std::string step = again ? "." + std::to_string(order.steps.size()) : "";  // of MailRequested
      const std::string ours = std::string{what} + "." + std::string{record.key} + step + "@";
      require(outside_.mails ? message.empty() : message.starts_with(ours),
              [&] { return about(record) + "another Message-ID"; });
    }
    if (type == "NotificationFailed" && !again) turn(text_of(record.data, "reason"));
  } else {
    turn(text_of(record.data, "reason"));  // PaymentNotAuthorized, ShippingFailed, OrderParked
  }
}

void Model::reserve(Order& order, const RecordText& record) {
  order.left = record.lines;
  require(record.lines.size() == order.lines.size(), [&] { return about(record) + "other lines"; });
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    const LineText& line = order.lines[i];
    const auto level = outside_.inventory ? stock.end() : stock.find(line.sku);
    require(record.lines[i].sku == line.sku && record.lines[i].quantity == line.quantity,
            [&] { return about(record) + "other lines"; });
    require(outside_.inventory || level != stock.end() || untracked_accepted_,
            [&] { return about(record) + "an unknown sku was sold"; });
    if (level != stock.end()) {
      level->second -= line.quantity;
      order.reserved.push_back({line.sku, line.quantity});
      require(level->second >= 0,
              [&] { return about(record) + "more was sold than there is of " + std::string{line.sku}; });
    }
    const bool right = level == stock.end() ? !record.lines[i].left : record.lines[i].left == level->second;
    require(right, [&] { return about(record) + "what is left is wrong of " + std::string{line.sku}; });
  }
}

void Model::release(Order& order, const RecordText& record) {
  order.after = record.lines;
  std::size_t taken = 0;
  for (const LineText& line : record.lines) {
    if (taken == order.reserved.size() || order.reserved[taken].sku != line.sku || !line.left) {
      require(!line.left, [&] { return about(record) + "gives back what was not taken"; });
      continue;
    }
    stock[line.sku] += order.reserved[taken++].quantity;
    require(line.left == stock[line.sku],
            [&] { return about(record) + "what is left is wrong of " + std::string{line.sku}; });
  }
  require(taken == order.reserved.size(), [&] { return about(record) + "not everything is given back"; });
  order.reserved.clear();
}

bool Model::enough(const Order& order) const {
  std::map<Text, std::int64_t> left = stock;
  for (const LineText& line : order.lines) {
    const auto level = left.find(line.sku);
    if (level == left.end() && !untracked_accepted_) return false;
    if (level != left.end() && (level->second -= line.quantity) < 0) return false;
  }
  return true;
}

void Model::check_books() const {
  for (const auto& [id, order] : orders) {
    if (!order.ended()) continue;  // its engine was replaced
    require(order.charged == (order.state == "completed") &&
                order.captured == (order.captured_later && order.state == "completed"),
            [&id = id] { return "the money of order " + std::string{id} + " is wrong"; });
    require(order.state != "cancelled" || order.reserved.empty(),
            [&id = id] { return "order " + std::string{id} + " is cancelled and still holds stock"; });
  }
}

}  // namespace sim
