#include "edge/app/settings.h"

#include "engine/limits.h"
#include "tests/catch.h"

using namespace std::chrono_literals;

TEST_CASE("each box gets what the configuration says") {
  edge::Config config;
  config.http.listen.port = 8123;
  config.http.tokens.push_back({});
  config.http.tokens[0].name = "shop";
  config.http.tokens[0].orders = true;
  config.kafka.brokers = "kafka:9092";
  config.kafka.topic = "t";
  config.kafka.max_in_flight = 3;
  config.payment.retry.attempts = 4;
  config.shipping.retry.attempts = 5;
  config.orders.deadline = 7h;
  config.mail.url = "discard:";
  config.mail.from = "Shop <orders@shop.example>";

  const http::Settings http = edge::http_settings(config);
  REQUIRE(http.port == 8123);
  REQUIRE(http.tokens.size() == 1);
  REQUIRE(http.tokens[0].name == "shop");
  REQUIRE(http.tokens[0].orders);
  REQUIRE_FALSE(http.tokens[0].admin);
  const kafka::Settings kafka = edge::kafka_settings(config, nullptr);
  REQUIRE(kafka.brokers == "kafka:9092");
  REQUIRE(kafka.topic == "t");
  REQUIRE(kafka.in_flight == 3);
  REQUIRE_FALSE(kafka.log);
  REQUIRE(edge::event_style(config).mail_domain == "shop.example");
  const handlers::PartitionRules rules = edge::partition_rules(config);
  REQUIRE(rules.retry.of(saga::HandlerId::payment).attempts == 4);
  REQUIRE(rules.retry.of(saga::HandlerId::shipping).attempts == 5);
  REQUIRE(rules.retry.of(saga::HandlerId::shipping).order_deadline == 7h);
}

TEST_CASE("without a mail server the mails go into the folder of --dev") {
  edge::Config config;
  config.mail.url = "";
  REQUIRE(edge::mail_settings(config, "/tmp/shop", nullptr).url == "dir:/tmp/shop/outbox");
  config.mail.url = "discard:";
  REQUIRE(edge::mail_settings(config, "/tmp/shop", nullptr).url == "discard:");
}

TEST_CASE("no setting makes a partition larger than its limits") {
  edge::Config config;
  config.orders.live = engine::limits::live_orders_max + 1;
  REQUIRE(edge::partition_sizes(config).live == engine::limits::live_orders_max);
  REQUIRE(edge::partition_sizes(config).mails_under_way == engine::limits::mails_under_way);
  config.orders.live = 8;
  REQUIRE(edge::partition_sizes(config).mails_under_way == 2);  // a mail server that hangs holds up no more
  config.orders.live = 1;
  REQUIRE(edge::partition_sizes(config).mails_under_way == 1);
}
