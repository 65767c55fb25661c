#include "engine/orders/id_index.h"

#include <random>
#include <unordered_map>

#include "tests/catch.h"

TEST_CASE("the index agrees with a plain map under inserts and erases, also when nearly all homes collide") {
  std::mt19937_64 random(13);
  orders::IdIndex<int> index(500);
  std::unordered_map<saga::OrderId, int, saga::OrderIdHash> model;
  const auto random_id = [&] {
    saga::OrderId id;
    id.bytes[0] = static_cast<std::uint8_t>(random() % 256);
    id.bytes[9] = static_cast<std::uint8_t>(random() % 4);
    return id;
  };
  for (int i = 0; i < 200'000; ++i) {
    const saga::OrderId id = random_id();
    const auto known = model.find(id);
    int* const found = index.find(id);
    REQUIRE((found != nullptr) == (known != model.end()));
    if (found != nullptr) {
      REQUIRE(*found == known->second);
      if (random() % 2 == 0) {
        index.erase(id);
        model.erase(known);
      }
    } else if (model.size() < 500) {
      index.insert(id, i);
      model.emplace(id, i);
    }
    REQUIRE(index.size() == model.size());
  }
}
