#include "tests/sim/model.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tests/sim/violation.h"

namespace sim {
namespace {

using Text = std::string_view;

// The contract's table of events, with what follows each.
const std::map<std::pair<Text, Text>, Text> legal{
    {{"", "OrderPlaced"}, "placed"},
    {{"placed", "PaymentConfirmed"}, "paid"},
    {{"placed", "PaymentNotAuthorized"}, "cancelling"},
    {{"placed", "OrderCancelRequested"}, "cancelling"},
    {{"paid", "InventoryUpdated"}, "reserved"},
    {{"paid", "InventoryInsufficient"}, "refunding"},
    {{"paid", "OrderCancelRequested"}, "refunding"},
    {{"reserved", "ShippingConfirmed"}, "shipped"},
    {{"reserved", "ShippingFailed"}, "releasing"},
    {{"reserved", "OrderCancelRequested"}, "releasing"},
    {{"releasing", "InventoryReleased"}, "refunding"},
    {{"refunding", "PaymentRefunded"}, "cancelling"},
    {{"refunding", "OrderParked"}, "parked"},
    {{"parked", "OrderResumed"}, "refunding"},
    {{"cancelling", "OrderCancelled"}, "mailing"},
    {{"mailing", "NotificationSent"}, "cancelled"},
    {{"mailing", "NotificationFailed"}, "cancelled"},
    {{"shipped", "NotificationSent"}, "completed"},
    {{"shipped", "NotificationFailed"}, "completed"},
    {{"completed", "MailRequested"}, "completed, mailing"},
    {{"completed, mailing", "NotificationSent"}, "completed"},
    {{"completed, mailing", "NotificationFailed"}, "completed"},
    {{"cancelled", "MailRequested"}, "cancelled, mailing"},
    {{"cancelled, mailing", "NotificationSent"}, "cancelled"},
    {{"cancelled, mailing", "NotificationFailed"}, "cancelled"},
};

const std::map<Text, Text> emitters{
    {"OrderPlaced", "/saga/order"},
    {"PaymentConfirmed", "/saga/payment"},
    {"PaymentRefunded", "/saga/payment"},
    {"PaymentNotAuthorized", "/saga/payment"},
    {"InventoryUpdated", "/saga/inventory"},
    {"InventoryInsufficient", "/saga/inventory"},
    {"InventoryReleased", "/saga/inventory"},
    {"ShippingConfirmed", "/saga/shipping"},
    {"ShippingFailed", "/saga/shipping"},
    {"OrderCancelled", "/saga/order"},
    {"MailRequested", "/saga/notification"},
    {"NotificationSent", "/saga/notification"},
    {"NotificationFailed", "/saga/notification"},
    {"StockSet", "/saga/inventory"},
};

std::string about(const RecordText& record) {
  return std::string{record.type} + " (" + std::string{record.id} + ", seq " + std::to_string(record.seq) +
         "): ";
}

}  // namespace

bool Model::Order::has(Text type) const {
  return std::any_of(steps.begin(), steps.end(), [&](const Step& step) { return step.type == type; });
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
  require(step == 1 ? record.cause.empty() : record.cause == id + "." + std::to_string(step - 1),
          [&] { return about(record) + "names another cause: " + std::string{record.cause}; });
  require(step == 1 || order.steps.back().time <= record.time,
          [&] { return about(record) + "lies before its cause in time"; });
  const auto to = legal.find({order.state, record.type});
  require(to != legal.end(),
          [&] { return about(record) + "cannot follow in state \"" + std::string{order.state} + "\""; });
  effects(order, record);
  order.state = to->second;
  order.status = order.state == "mailing" ? Text{"cancelling"} : order.state.substr(0, order.state.find(','));
  order.steps.push_back({record.type, record.time, at, record.epoch, record.seq});
}

void Model::effects(Order& order, const RecordText& record) {
  const Text type = record.type;
  const auto turn = [&](Text reason) {
    if (order.reason.empty()) order.reason = reason;
  };
  const auto payment = [&] {
    require(number_of(record.data, "amountMinor") == order.amount,
            [&] { return about(record) + "another amount than the order's"; });
    const std::string key = order.amount == 0 ? "free" : "sim-" + std::string{record.id};
    require(text_of(record.data, "reference") == key, [&] {
      return about(record) + "the call's key is not the event's id, or nobody was to be asked";
    });
  };
  if (type == "OrderPlaced") {
    order.body_hash = text_of(record.data, "bodyHash");
    order.amount = number_of(record.data, "amountMinor").value_or(-1);
    order.reference = text_of(record.data, "reference");
    order.discount = text_of(record.data, "discount");
    order.opaque = record.opaque;
    std::copy_if(record.lines.begin(), record.lines.end(), std::back_inserter(order.lines),
                 [](const LineText& line) { return line.stocked; });
  } else if (type == "PaymentConfirmed") {
    payment();
    order.captured += order.amount;
  } else if (type == "PaymentRefunded") {
    payment();
    order.refunded += order.amount;
  } else if (type == "InventoryUpdated") {
    reserve(order, record);
  } else if (type == "InventoryReleased") {
    release(order, record);
  } else if (type == "InventoryInsufficient") {
    require(!enough(order), [&] { return about(record) + "but there was enough"; });
    turn("out_of_stock");
  } else if (type == "OrderCancelRequested") {
    turn("customer_request");
  } else if (type == "OrderCancelled") {
    require(order.captured == order.refunded && order.reserved.empty(),
            [&] { return about(record) + "not everything is undone"; });
    require(text_of(record.data, "reason") == order.reason, [&] { return about(record) + "another reason"; });
  } else if (type == "NotificationSent" || type == "NotificationFailed" || type == "MailRequested") {
    const Text what = order.has("OrderCancelled") ? "order-cancelled" : "shipping-confirmation";
    require(text_of(record.data, "template") == what, [&] { return about(record) + "another template"; });
    const bool again = order.state.ends_with(", mailing");
    const std::string step = again ? "." + std::to_string(order.steps.size()) : "";  // of MailRequested
    require(type != "NotificationSent" ||
                text_of(record.data, "messageId")
                    .starts_with(std::string{what} + "." + std::string{record.key} + step + "@"),
            [&] { return about(record) + "another Message-ID"; });
    if (type == "NotificationFailed" && !again) turn(text_of(record.data, "reason"));
  } else {
    turn(text_of(record.data, "reason"));  // PaymentNotAuthorized, ShippingFailed, OrderParked
  }
}

void Model::reserve(Order& order, const RecordText& record) {
  require(record.lines.size() == order.lines.size(), [&] { return about(record) + "other lines"; });
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    const LineText& line = order.lines[i];
    const auto level = stock.find(line.sku);
    require(record.lines[i].sku == line.sku && record.lines[i].quantity == line.quantity,
            [&] { return about(record) + "other lines"; });
    require(level != stock.end() || untracked_accepted_,
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
    const std::int64_t cost = order.state == "completed" ? order.amount : 0;
    require(order.captured - order.refunded == cost, [&id = id] {
      return "the money of order " + std::string{id} +
             " is wrong: captured less refunded is not what it cost";
    });
    require(order.state != "cancelled" || order.reserved.empty(),
            [&id = id] { return "order " + std::string{id} + " is cancelled and still holds stock"; });
  }
}

}  // namespace sim
