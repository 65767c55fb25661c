// The parker's promise under real threads: no signal is ever lost. A consumer that only parks must see every
// item of producers that push at random moments, with no time-out to save it.
#include <atomic>
#include <random>
#include <thread>

#include "engine/runtime/inbox.h"
#include "engine/runtime/worker.h"
#include "tests/catch.h"

namespace {

struct Counting final : runtime::Agent {
  explicit Counting(runtime::Inbox<std::uint64_t>& from) : inbox(from) {}
  int do_work(runtime::Time) override {
    std::array<std::uint64_t, 16> batch;
    const std::size_t count = inbox.pop(batch);
    for (std::size_t i = 0; i < count; ++i) sum += batch[i];
    seen.fetch_add(count, std::memory_order_release);
    seen.notify_all();
    return static_cast<int>(count);
  }
  std::string_view name() const override { return "counting"; }

  runtime::Inbox<std::uint64_t>& inbox;
  std::uint64_t sum = 0;
  std::atomic<std::uint64_t> seen{0};
};

}  // namespace

TEST_CASE("a parked worker misses no push, from any number of threads") {
  constexpr std::uint64_t pushes = 20'000;
  constexpr std::size_t producers = 3;
  runtime::SystemClock clock;
  runtime::FutexParker parker;
  runtime::Inbox<std::uint64_t> inbox(pushes * producers, producers, parker);
  Counting agent(inbox);
  runtime::Worker worker("stress", std::nullopt, runtime::Idle::park, clock, parker, {&agent});
  worker.start();

  std::vector<std::thread> threads;
  for (std::size_t p = 0; p < producers; ++p) {
    threads.emplace_back([&, p] {
      runtime::Inbox<std::uint64_t>::Producer producer(inbox);
      std::mt19937 random(static_cast<unsigned>(p));
      for (std::uint64_t i = 1; i <= pushes; ++i) {
        producer.push(i);
        // Every pushed item must arrive while nothing else comes: that is when a lost signal would show.
        if (random() % 64 == 0) {
          const std::uint64_t before = agent.seen.load(std::memory_order_acquire);
          if (before == 0) agent.seen.wait(0, std::memory_order_acquire);
        }
        if (random() % 16 == 0) std::this_thread::yield();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // No deadline: if a signal is lost, this hangs and the runner's limit reports it.
  for (std::uint64_t seen = 0; (seen = agent.seen.load(std::memory_order_acquire)) < pushes * producers;) {
    agent.seen.wait(seen, std::memory_order_acquire);
  }
  worker.stop();
  REQUIRE(agent.sum == producers * pushes * (pushes + 1) / 2);
}

TEST_CASE("two workers that only park play ping-pong without end") {
  constexpr std::uint64_t rounds = 20'000;
  struct Player final : runtime::Agent {
    Player(runtime::Inbox<std::uint64_t>& from, runtime::Inbox<std::uint64_t>& to) : inbox(from), out(to) {}
    int do_work(runtime::Time) override {
      std::uint64_t ball = 0;
      if (inbox.pop({&ball, 1}) == 0) return 0;
      if (ball < rounds) out.push(ball + 1);
      at.store(ball, std::memory_order_release);
      at.notify_all();
      return 1;
    }
    std::string_view name() const override { return "player"; }
    runtime::Inbox<std::uint64_t>& inbox;
    runtime::Inbox<std::uint64_t>::Producer out;
    std::atomic<std::uint64_t> at{0};
  };
  runtime::SystemClock clock;
  runtime::FutexParker ping_parker, pong_parker;
  runtime::Inbox<std::uint64_t> ping_box(64, 2, ping_parker), pong_box(64, 2, pong_parker);
  Player ping(ping_box, pong_box), pong(pong_box, ping_box);
  runtime::Worker first("ping", std::nullopt, runtime::Idle::park, clock, ping_parker, {&ping});
  runtime::Worker second("pong", std::nullopt, runtime::Idle::park, clock, pong_parker, {&pong});
  first.start();
  second.start();
  runtime::Inbox<std::uint64_t>::Producer serve(ping_box);
  serve.push(1);
  Player& last = rounds % 2 == 1 ? ping : pong;
  for (std::uint64_t at = 0; (at = last.at.load(std::memory_order_acquire)) < rounds;) {
    last.at.wait(at, std::memory_order_acquire);
  }
  first.stop();
  second.stop();
  REQUIRE(last.at.load() == rounds);
}
