#include "engine/runtime/inbox.h"

#include <deque>
#include <random>
#include <vector>

#include "tests/catch.h"

using runtime::Inbox;

TEST_CASE("an inbox takes its whole capacity, however it is spread over the producers, again and again") {
  constexpr std::size_t capacity = 10'000;
  constexpr std::size_t producer_count = 6;
  runtime::FutexParker parker;
  Inbox<std::uint64_t> inbox(capacity, producer_count, parker);
  std::deque<Inbox<std::uint64_t>::Producer> producers;
  for (std::size_t i = 0; i < producer_count; ++i) producers.emplace_back(inbox);
  std::mt19937_64 random(17);
  std::vector<std::uint64_t> out(capacity);

  for (std::size_t round = 0; round < 200; ++round) {
    // All from one, all from another, or mixed, one at a time or in bulk; push ENSUREs that there is room.
    std::uint64_t pushed = 0;
    while (pushed < capacity) {
      auto& producer = producers[round % 3 == 0 ? round % producer_count : random() % producer_count];
      const std::size_t bulk = std::min<std::size_t>(1 + random() % 100, capacity - pushed);
      std::vector<std::uint64_t> items(bulk, pushed);
      producer.push(std::span<const std::uint64_t>{items});
      pushed += bulk;
    }
    std::size_t popped = 0;
    while (popped < capacity) {
      const std::size_t count = inbox.pop(std::span{out}.first(1 + random() % 64));
      REQUIRE(count > 0);
      popped += count;
    }
    REQUIRE(inbox.size_approx() == 0);
  }
}

TEST_CASE("each producer's items come out in the order it pushed them") {
  runtime::FutexParker parker;
  Inbox<std::pair<int, int>> inbox(1000, 3, parker);
  std::deque<Inbox<std::pair<int, int>>::Producer> producers;
  for (int i = 0; i < 3; ++i) producers.emplace_back(inbox);
  std::mt19937 random(19);
  std::array<int, 3> next_in{}, next_out{};
  for (int i = 0; i < 1000; ++i) {
    const std::size_t p = random() % 3;
    producers[p].push(std::pair{static_cast<int>(p), next_in[p]++});
  }
  std::pair<int, int> item;
  while (inbox.pop({&item, 1}) == 1) REQUIRE(item.second == next_out[static_cast<std::size_t>(item.first)]++);
  REQUIRE(next_in == next_out);
}
