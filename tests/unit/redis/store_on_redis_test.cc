// The store agent on a real connection to a real redis-server.
#include <random>
#include <set>
#include <sstream>

#include "edge/redis/connection.h"
#include "edge/redis/start.h"
#include "engine/codec/document.h"
#include "engine/store/store_agent.h"
#include "tests/catch.h"
#include "tests/unit/redis/driver.h"
#include "tests/unit/redis/pipeline.h"
#include "tests/unit/redis/server.h"

using namespace std::chrono_literals;
using tests::Pipeline;

namespace {

/// Steps and stock after the first `seq` events, by a fold that shares nothing with the store.
struct Fold {
  std::map<std::string, std::uint32_t> steps;
  std::map<std::string, std::string> stock;
  std::set<std::string> live;

  Fold(const std::vector<Pipeline::Line>& log, std::size_t seq) {
    for (std::size_t i = 0; i < seq; ++i) {
      const std::string id = log[i].order.str();
      steps[id] = log[i].step;
      if (log[i].step < 5) {
        live.insert(id);
      } else {
        live.erase(id);
      }
      for (const auto& [sku, left] : log[i].left) stock[sku] = std::to_string(left);
    }
  }
  std::string contents() const {
    saga::Contents all;
    for (const std::string& id : live) all.add_order(saga::OrderId::parse(id).value(), steps.at(id));
    for (const auto& [sku, free] : stock) all.add_sku(sku, std::stoll(free));
    return std::to_string(all.live) + " " + std::to_string(all.skus) + " " + std::to_string(all.digest);
  }
};

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

/// Redis holds exactly the fold of the log up to its own checkpoint; returns that checkpoint's seq.
std::size_t check(tests::RedisServer& server, const Pipeline& pipeline) {
  const auto at = words(server.ask({"HMGET", "saga:0:checkpoint", "offset", "epoch", "seq"}));
  const auto seq = static_cast<std::size_t>(std::stoul(at[2]));
  REQUIRE(at[1] == std::to_string(Pipeline::epoch));
  REQUIRE(at[0] == std::to_string(static_cast<std::size_t>(Pipeline::epoch) + seq));
  REQUIRE(seq >= pipeline.tape.stored.read());
  REQUIRE(seq <= pipeline.log.size());

  const Fold fold(pipeline.log, seq);
  const auto live = words(server.ask({"SMEMBERS", "saga:0:live"}));
  REQUIRE(std::set<std::string>(live.begin(), live.end()) == fold.live);
  const auto stock = words(server.ask({"HGETALL", "saga:0:stock"}));
  std::map<std::string, std::string> found;
  for (std::size_t i = 0; i + 1 < stock.size(); i += 2) found[stock[i]] = stock[i + 1];
  REQUIRE(found == fold.stock);
  REQUIRE(server.ask({"HMGET", "saga:0:checkpoint", "counted", "live", "skus", "digest"}) ==
          at[0] + " " + fold.contents());
  std::size_t wrong = 0;
  for (const auto& [id, step] : fold.steps) {
    const std::string document = server.ask({"GET", "saga:order:" + id});
    const auto status = codec::status(document);
    const bool finished = status == saga::State::completed;
    if (status != Pipeline::path[step - 1].second) ++wrong;
    if (document.find("\"step\":" + std::to_string(step) + ",\"userId\"") == std::string::npos) ++wrong;
    if (finished != (step == 5)) ++wrong;
  }
  REQUIRE(wrong == 0);
  REQUIRE(server.ask({"DBSIZE"}) ==
          std::to_string(fold.steps.size() + 1 + (fold.live.empty() ? 0 : 1) + (fold.stock.empty() ? 0 : 1) +
                         (fold.live.size() == fold.steps.size() ? 0 : 1)));
  return seq;
}

struct World {
  explicit World(bool persistent) : server(persistent) {
    redis::Start start;
    REQUIRE(start.connect(server.url(), 10s));
    REQUIRE(start.set_fence({Pipeline::epoch, "engine"}) == redis::Start::Fenced::set);
    REQUIRE(start.write({{}, {Pipeline::epoch, Pipeline::epoch, 0}, {}, {}}, 1h) ==
            engine::Store::Applied::applied);
    agent.start({Pipeline::epoch, Pipeline::epoch, 0});
    driver.agents = {&agent};
    connection.start();
  }
  static redis::ConnectionOptions options(const redis::Url& url) {
    redis::ConnectionOptions options;
    options.url = url;
    options.keep = 1h;
    options.backoff_max = 50ms;
    return options;
  }

  tests::RedisServer server;
  tests::Driver driver;
  Pipeline pipeline;
  redis::Connection connection{driver.reactor, options(server.url()), driver.log()};
  store::StoreAgent agent{pipeline.tape, pipeline.orders, pipeline.dispatch, connection};
};

/// Up to `turns` turns, each with some new orders and some steps of those under way, until `total` have
/// ended.
class Load {
 public:
  Load(World& world, unsigned total) : world_(world), total_(total) {}

  bool done() const { return next_ == total_ && under_way_.empty(); }
  void turn() {
    Pipeline& pipeline = world_.pipeline;
    for (auto n = random_() % 40; n > 0 && next_ < total_ && pipeline.tape.room().free() > 2000; --n) {
      under_way_.push_back(pipeline.place(next_, 1 + next_ % 5));
      ++next_;
    }
    for (auto n = random_() % 120; n > 0 && !under_way_.empty() && pipeline.tape.room().free() > 0; --n) {
      const std::size_t at = random_() % under_way_.size();
      pipeline.append(*under_way_[at]);
      if (under_way_[at]->step < 5) continue;
      under_way_[at] = under_way_.back();
      under_way_.pop_back();
    }
    if (random_() % 3 != 0) pipeline.ack();
    world_.driver.turn();
  }
  bool all_stored() {
    world_.pipeline.ack();
    return world_.driver.until(
        [this] { return world_.pipeline.tape.stored.read() == world_.pipeline.log.size(); });
  }

 private:
  World& world_;
  const unsigned total_;
  unsigned next_ = 0;
  std::mt19937 random_{7};
  std::vector<tape::Record*> under_way_;
};

}  // namespace

TEST_CASE("ten thousand orders: Redis ends as the fold of the log, nothing live, memory empty") {
  World world(false);
  Load load(world, 10'000);
  while (!load.done()) load.turn();
  REQUIRE(load.all_stored());
  REQUIRE(check(world.server, world.pipeline) == 50'000);
  REQUIRE(world.server.ask({"EXISTS", "saga:0:live"}) == "0");
  REQUIRE(world.server.ask({"LLEN", "saga:0:recent"}) == "10000");
  REQUIRE(std::stoi(world.server.ask({"TTL", "saga:order:" + tests::order_id(77).str()})) > 3000);
  REQUIRE(world.pipeline.orders.counts().live == 0);
  REQUIRE(world.pipeline.orders.find_finished(tests::order_id(77)) != nullptr);
  REQUIRE(world.pipeline.tape.room().free() == world.pipeline.tape.room().capacity());
  REQUIRE(world.agent.batches().value() > 1);
  REQUIRE(world.agent.orders_written().value() < 50'000);  // events of one order became one write
  REQUIRE(world.agent.stop() == store::StoreAgent::Stop::no);
}

TEST_CASE("Redis is killed again and again: whatever it comes back with is a fold, and it catches up") {
  World world(true);
  Load load(world, 3'000);
  std::mt19937 random{11};
  int kills = 0;
  while (!load.done()) {
    for (auto n = 20 + random() % 60; n > 0 && !load.done(); --n) load.turn();
    world.server.kill();
    ++kills;
    for (auto n = random() % 20; n > 0 && !load.done(); --n) load.turn();  // goes on without it
    world.server.start();
    check(world.server, world.pipeline);
  }
  REQUIRE(kills > 1);
  REQUIRE(load.all_stored());
  REQUIRE(check(world.server, world.pipeline) == 15'000);
  REQUIRE(world.server.ask({"LLEN", "saga:0:recent"}) == "3000");
  REQUIRE(world.agent.stop() == store::StoreAgent::Stop::no);
}

TEST_CASE("Redis comes back empty: the store stops instead of building on nothing") {
  World world(false);
  Load load(world, 200);
  while (!load.done()) load.turn();
  REQUIRE(load.all_stored());
  world.server.kill();
  world.server.start();
  world.pipeline.place(9'999);
  world.pipeline.ack();
  REQUIRE(world.driver.until([&] { return world.agent.stop() == store::StoreAgent::Stop::elsewhere; }));
  REQUIRE(world.server.ask({"DBSIZE"}) == "0");
}
