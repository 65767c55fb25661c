// The bare loop: one thread, one epoll, no tape, no handlers, no recovery.
//
//   POST ─▶ llhttp ─▶ simdjson ─▶ five events ─▶ librdkafka ─▶ five acks ─▶ SET document EX ─▶ 202
//
// One with an Idempotency-Key is looked up in Redis (GET) before its events.
//
// An order ends early behind the leg that `Legs::through` names, so that what each costs is a difference of two runs.
//
// Thread: its own, which made it. Bounds: none; the load generator's requests in flight are the orders in memory.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/floor/client.h"
#include "bench/floor/kafka_log.h"
#include "bench/floor/order.h"
#include "bench/floor/redis_pipe.h"
#include "engine/runtime/clock.h"

namespace bare {

enum class Leg : std::uint8_t { http, parse, render, produce, redis };

struct Legs {
  Leg through = Leg::redis;
  bool answer_at_first_ack = false;  // else when all of it is done
};

class Loop {
 public:
  Loop(const Legs& legs, const codec::CloudEvents& events, std::string keep_seconds, KafkaLog& log,
       RedisPipe& redis);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  bool listen(const std::string& host, std::uint16_t port);
  /// Until SIGTERM or SIGINT, which are blocked, and all that was taken is done.
  void run();

 private:
  struct Order {
    Client* client = nullptr;
    tape::OwnedRecord record;
    saga::OrderId id;
    std::array<engine::Time, way.size()> at{};
    bool answered = false;
  };

  void watch(int descriptor, std::uint32_t events);
  void ready(int descriptor, std::uint32_t events);
  void accept_all();
  void request(Client& client);
  const std::string& key_of(const saga::OrderId& id);
  void place(Client& client);
  void produce(Order* order);
  void acked(Order& order, std::uint32_t step, std::int64_t offset);
  void store(Order& order);
  void replied(void* opaque, std::string_view text);
  void answer(Order& order);
  void end(Order* order);
  void answer_text(Client& client, std::string_view status, std::string_view headers, std::string_view body);
  void drop_if_done(Client& client);
  saga::OrderId new_id(engine::Time now);

  const Legs legs_;
  const std::string keep_seconds_;
  KafkaLog& log_;
  RedisPipe& redis_;
  const codec::CloudEvents& events_;
  const runtime::SystemClock clock_;
  Line line_;
  Parse parse_;
  http::Sha256 sha256_;
  const int epoll_, signals_;
  int listener_ = -1;
  const Client::OnRequest on_request_;
  std::unordered_map<int, std::unique_ptr<Client>> clients_;
  std::vector<Client*> touched_;
  std::string text_, key_;
  std::uint64_t seq_ = 0, random_;
  std::size_t under_way_ = 0;
  bool stopping_ = false;
};

}  // namespace bare
