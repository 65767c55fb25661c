// Orders that fail: whatever was done is undone, last first, and every order ends. The legal ways are written
// down here once more, independently of the table.
#include <map>
#include <string>
#include <vector>

#include "engine/codec/document.h"
#include "tests/catch.h"
#include "tests/sim/world.h"
#include "tests/world/make_order.h"

namespace {

using Chain = std::vector<std::string>;

const Chain happy{"OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingConfirmed",
                  "NotificationSent"};
const Chain declined{"OrderPlaced", "PaymentNotAuthorized", "OrderCancelled", "NotificationSent"};
const Chain out_of_stock{"OrderPlaced",     "PaymentConfirmed", "InventoryInsufficient",
                         "PaymentRefunded", "OrderCancelled",   "NotificationSent"};
const Chain not_shipped{"OrderPlaced",       "PaymentConfirmed", "InventoryUpdated", "ShippingFailed",
                        "InventoryReleased", "PaymentRefunded",  "OrderCancelled",   "NotificationSent"};

sim::Settings rules(std::size_t live, double decline_rate, double fail_rate) {
  sim::Settings rules{.live = live};
  rules.payment.decline_rate = decline_rate;
  rules.shipping.fail_rate = fail_rate;
  return rules;
}

std::string value_of(const std::string& json, const std::string& key) {
  const std::string quoted = "\"" + key + "\":\"";
  const std::size_t at = json.find(quoted);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + quoted.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

}  // namespace

TEST_CASE("every order ends, completed or with everything undone that was done, on any schedule") {
  std::map<Chain, int> seen;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    sim::World world(seed, rules(32, 0.2, 0.3));
    constexpr std::int64_t stock = 60;
    constexpr unsigned order_count = 120;
    world.clients.set_stock("sku-0", {stock});
    world.come_to_rest();
    unsigned placed = 0;
    while (placed < order_count || world.unfinished()) {
      if (placed < order_count && world.random() % 20 == 0 &&
          world.place(tests::make_order(placed + 1).order) != nullptr) {
        ++placed;
      }
      world.step();
    }

    std::map<std::string, Chain> chains;
    std::map<std::string, std::string> reasons;
    for (tape::Offset at = world.partition.begin() + 2; at < world.partition.end(); ++at) {
      const sim::Partition::Entry& record = world.partition.at(at);
      const std::string type = value_of(record.value, "type");
      chains[record.key].push_back(type);
      if (type == "OrderCancelled") reasons[record.key] = value_of(record.value, "reason");
    }
    REQUIRE(chains.size() == order_count);
    std::int64_t sold = 0;
    for (const auto& [id, document] : world.redis.orders) {
      const Chain& chain = chains.at(id.str());
      ++seen[chain];
      const bool completed = chain == happy;
      sold += completed ? 1 : 0;
      REQUIRE((completed || chain == declined || chain == out_of_stock || chain == not_shipped));
      REQUIRE(codec::status(document) == (completed ? saga::State::completed : saga::State::cancelled));
      const std::string reason = chain == declined       ? "payment_declined"
                                 : chain == out_of_stock ? "out_of_stock"
                                 : chain == not_shipped  ? "shipping_failed"
                                                         : "";
      REQUIRE(value_of(document, "reason") == reason);
      REQUIRE(reasons[id.str()] == reason);
      const auto mail =
          completed ? saga::MailTemplate::shipping_confirmation : saga::MailTemplate::order_cancelled;
      REQUIRE(world.mailbox.mails.count({id, mail}) == 1);
    }
    REQUIRE(world.mailbox.mails.size() == order_count);  // and so one template an order
    REQUIRE(world.redis.stock.at("sku-0") == stock - sold);
    REQUIRE(world.redis.live.empty());
    REQUIRE(world.engine().tape.room().free() == world.engine().tape.room().capacity());
  }
  REQUIRE(seen.size() == 4);
}

TEST_CASE("the mail of a cancelled order waits for the ack of OrderCancelled") {
  sim::World world(1, rules(4, 1.0, 0.0));
  world.place(tests::make_order(1).order);
  world.run_engine_only();
  REQUIRE(world.engine().log.produced() == 3);
  REQUIRE(world.engine().mails().waiting.empty());
  world.engine().log.acknowledge(2);
  world.run_engine_only();
  REQUIRE(world.engine().mails().waiting.empty());
  world.engine().log.acknowledge(1);
  world.run_engine_only();
  REQUIRE(world.engine().mails().waiting.size() == 1);
  REQUIRE(world.engine().mails().waiting[0].what == saga::MailTemplate::order_cancelled);
  REQUIRE(world.engine().mails().waiting[0].reason == saga::Reason::payment_declined);
}
