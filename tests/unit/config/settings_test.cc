#include "edge/config/settings.h"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "edge/config/load.h"
#include "edge/config/suggest.h"
#include "tests/catch.h"
#include "tests/unit/config/sources.h"

using namespace std::chrono_literals;

TEST_CASE("the table has each key once, its sections in one piece, and a field of its own for each") {
  std::set<std::string_view> keys;
  std::set<std::string_view> sections;
  std::set<const void*> fields;
  std::string_view section;
  edge::Config config;
  for (const auto& setting : edge::all_settings()) {
    CAPTURE(setting.key);
    CHECK(keys.insert(setting.key).second);
    const auto own = setting.key.substr(0, setting.key.find('.'));
    if (own != section) CHECK(sections.insert(own).second);
    section = own;
    const void* field = std::visit([](auto* f) { return static_cast<const void*>(f); }, setting.slot(config));
    CHECK(fields.insert(field).second);
    CHECK_FALSE(setting.meaning.empty());
    CHECK((setting.inherits.empty() || edge::find_setting(setting.inherits) != nullptr));
  }
}

TEST_CASE("the defaults read without complaint and are the documented ones") {
  const auto loaded = edge::load({.file = {}, .dev = true, .sets = {}, .environment = {}});
  for (const auto& problem : loaded.problems) FAIL_CHECK(edge::render(problem));
  const auto& config = loaded.config;
  CHECK(config.http.ack_deadline == 30s);
  CHECK(config.http.drain_deadline == 25s);
  CHECK(config.kafka.topic == "orders");
  CHECK(config.kafka.linger == 200us);
  CHECK(config.mail.retry.deadline == 24h);
  CHECK(config.mail.backlog == 1'000'000);
  CHECK(config.orders.live == 65536);
  CHECK(config.orders.memory == std::uint64_t{256} << 20);
  CHECK(config.orders.keep == 720h);
  CHECK(config.retry.attempts == 9);
  CHECK(config.payment.retry == config.retry);
  CHECK(config.events.source == "/saga");
  CHECK(config.payment.simulate == edge::PaymentRules{});
  CHECK(config.shipping.simulate == handlers::ShippingRules{});
}

TEST_CASE("the annotated example parses clean and names every setting") {
  const auto loaded = edge::load({.file = "docker/prod.toml",
                                  .dev = false,
                                  .sets = {},
                                  .environment = {{"KAFKA_PASSWORD", "k"},
                                                  {"REDIS_PASSWORD", "r"},
                                                  {"GMAIL_APP_PASSWORD", "g"},
                                                  {"SHOP_TOKEN_SHA256", std::string(64, '1')},
                                                  {"DESK_TOKEN_SHA256", std::string(64, '2')}}});
  for (const auto& problem : loaded.problems) FAIL_CHECK(edge::render(problem));
  CHECK(loaded.config.mail.password.value == "g");
  CHECK(loaded.config.payment.retry.attempts == 5);
  CHECK(loaded.config.shipping.retry.attempts == 9);
  std::ifstream file("docker/prod.toml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const auto& setting : edge::all_settings()) {
    const auto name = std::string(setting.key.substr(setting.key.rfind('.') + 1));
    CAPTURE(setting.key);
    CHECK(text.find(name + " = ") != std::string::npos);
  }
}

// Nothing is read, checked and printed that acts nowhere: the composition hands on every field.
TEST_CASE("every setting acts: the composition takes its field") {
  std::string composition;
  for (const auto& file : std::filesystem::directory_iterator("edge/app")) {
    std::ifstream source(file.path());
    composition.append(std::istreambuf_iterator<char>(source), {});
  }
  std::ifstream main_source("edge/main.cc");
  composition.append(std::istreambuf_iterator<char>(main_source), {});
  // As a whole name: nothing that belongs to a longer one stands behind it.
  const auto taken = [&](const std::string& name, std::string_view longer = "") {
    for (std::size_t at = composition.find(name); at != std::string::npos;
         at = composition.find(name, at + 1)) {
      const char next = composition[at + name.size()];
      const bool word = std::isalnum(static_cast<unsigned char>(next)) != 0 || next == '_';
      if (!word && longer.find(next) == std::string_view::npos) return true;
    }
    return false;
  };
  std::set<std::string_view> inherited;  // by those of handlers, which are taken in their stead
  for (const auto& setting : edge::all_settings()) inherited.insert(setting.inherits);
  // Tables that are the type of the box that takes them: handed on as they are, with all their fields.
  const std::set<std::string> of_a_box{"mail.retry", "payment.retry", "inventory.retry", "shipping.retry",
                                       "shipping.simulate"};
  for (const auto& setting : edge::all_settings()) {
    CAPTURE(setting.key);
    if (inherited.contains(setting.key)) continue;
    const std::size_t dot = setting.key.rfind('.');
    const std::string table(setting.key.substr(0, dot));
    const std::string name = "." + std::string(setting.key.substr(dot + 1));
    // By its whole path, or the table is handed on as one and the field taken from it.
    const bool whole = taken("config." + table + name) || taken("config_." + table + name);
    const bool by_its_table =
        (taken("config." + table, ".") || taken("config_." + table, ".")) && taken(name);
    const bool as_it_is = of_a_box.contains(table) && taken("config." + table);
    CHECK((whole || by_its_table || as_it_is));
  }
}

TEST_CASE("the nearest name is what was meant, and far ones are not offered") {
  CHECK(edge::edit_distance("", "abc") == 3);
  CHECK(edge::edit_distance("kitten", "sitting") == 3);
  CHECK(edge::edit_distance("ab", "ba") == 1);
  constexpr std::array<std::string_view, 3> known{"brokers", "topic", "client"};
  CHECK(edge::nearest("borkers", known) == "brokers");
  CHECK(edge::nearest("topics", known) == "topic");
  CHECK(edge::nearest("listen_address", known).empty());
}
