// Producer, reader, opening and read-back on the real librdkafka against its mock cluster, in this process.
// What only a real broker can show is in tests/integration.
#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>

#include <functional>
#include <thread>

#include "edge/kafka/journal.h"
#include "edge/kafka/mock_cluster.h"
#include "edge/kafka/opening.h"
#include "edge/kafka/producer.h"
#include "engine/runtime/worker.h"
#include "tests/catch.h"
#include "tests/unit/kafka/orders.h"

using kafka::Journal;
using kafka::Mode;
using kafka::Opening;
using Outcome = kafka::Opening::Outcome;
using namespace std::chrono_literals;

namespace {

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

struct Cluster {
  Cluster() {
    REQUIRE(mock.start("orders") == "");
    settings.brokers = mock.brokers();
    settings.embedded = true;
    settings.log = [](int, std::string_view) {};
  }
  kafka::MockCluster mock;
  kafka::Settings settings;
};

/// A tape with its journal on a real worker and a real producer.
struct Engine {
  Engine(const kafka::Settings& settings, std::string opening_id, engine::Store::Checkpoint checkpoint = {},
         Mode mode = Mode::structured)
      : events({.type_prefix = "t.", .mode = mode}), producer(settings, "t.", parker) {
    REQUIRE(producer.start() == "");
    opening = kafka::open_log(producer, events,
                              {.opening_id = std::move(opening_id),
                               .engine_id = "test",
                               .begin = {checkpoint, {}},
                               .at = clock.now()});
    if (opening.outcome == Outcome::good) read_valid(checkpoint);
  }
  /// What counts between the checkpoint and our opening.
  void read_valid(const engine::Store::Checkpoint& checkpoint) {
    kafka::Tail tail(producer.settings(), "t.", {checkpoint, {}});
    REQUIRE(tail.find(std::chrono::steady_clock::now() + 10s).outcome == Outcome::good);
    kafka::ReadRecord record;
    tape::Reading reading{};
    while (tail.rule().epoch() != opening.epoch) {
      if (tail.next(1s, record, reading) == kafka::Reader::Found::record && reading == tape::Reading::apply)
        valid.push_back(record.heading.seq);
    }
  }
  void run() {
    INFO(opening.text);
    REQUIRE(opening.outcome == Outcome::good);
    journal = std::make_unique<Journal>(tape, transcript, producer, events, opening.epoch);
    tape.announced_to(parker);
    worker = std::make_unique<runtime::Worker>("journal", std::nullopt, runtime::Idle::park, clock, parker,
                                               std::vector<runtime::Agent*>{journal.get()});
    worker->start();
  }
  void append(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      orders.push_back(kafka::test::short_order(static_cast<unsigned>(orders.size())));
      REQUIRE(tape.room().take(1) == 1);
      tape.append(kafka::test::placed(*orders.back()));
      tape.announce();
    }
  }
  bool all_acked() {
    return eventually([this] { return tape.acked.read() == orders.size(); });
  }
  ~Engine() {
    if (worker != nullptr) worker->stop();
  }

  runtime::SystemClock clock;
  runtime::FutexParker parker;
  std::deque<kafka::test::OwnedRecord> orders;
  tape::Tape tape{8192, 512};
  tape::Transcript transcript{std::size_t{8} << 20, 16384, std::size_t{1} << 20, 1024};
  kafka::CloudEvents events;
  kafka::Producer producer;
  Opening opening;
  std::vector<std::uint64_t> valid;  // seqs between the checkpoint and the opening
  std::unique_ptr<Journal> journal;
  std::unique_ptr<runtime::Worker> worker;
};

}  // namespace

TEST_CASE("events go through Kafka and come back as they were, and a second engine finds them") {
  const Mode mode = GENERATE(Mode::structured, Mode::binary);
  Cluster cluster;
  {
    Engine first(cluster.settings, "first", {}, mode);
    first.run();
    REQUIRE(first.opening.epoch == 0);
    REQUIRE(first.valid.size() == 0);
    first.append(2000);
    REQUIRE(first.all_acked());
    for (std::uint64_t i = 0; i < 2000; ++i) {
      REQUIRE(first.tape.place(i) == tape::Place{static_cast<tape::Offset>(i) + 1, 0, i + 1});
    }
    REQUIRE(first.journal->ack_latency().count() == 2000);

    kafka::Reader reader(cluster.settings, "t.");
    REQUIRE(reader.start(1) == "");
    kafka::ReadRecord record;
    for (std::uint64_t seq = 1; seq <= 2000;) {
      const kafka::Reader::Found found = reader.next(1s, record);
      if (found == kafka::Reader::Found::end) continue;
      REQUIRE(found == kafka::Reader::Found::record);
      REQUIRE(record.heading.epoch == 0);
      REQUIRE(record.heading.seq == seq);
      REQUIRE(record.key == first.orders[seq - 1]->order.id.str());
      ++seq;
    }
  }
  SECTION("all of it, when there is no checkpoint") {
    Engine second(cluster.settings, "second", {}, mode);
    REQUIRE(second.opening.outcome == Outcome::good);
    REQUIRE(second.opening.epoch == 2001);
    REQUIRE(second.valid.size() == 2000);
    REQUIRE(second.valid.front() == 1);
    REQUIRE(second.valid.back() == 2000);
  }
  SECTION("the rest, behind a checkpoint") {
    Engine second(cluster.settings, "second", {1500, 0, 1500}, mode);
    REQUIRE(second.opening.outcome == Outcome::good);
    REQUIRE(second.valid.size() == 500);
    REQUIRE(second.valid.front() == 1501);
  }
  SECTION("nothing, when the checkpoint is the last record") {
    Engine second(cluster.settings, "second", {2000, 0, 2000}, mode);
    REQUIRE(second.opening.outcome == Outcome::good);
    REQUIRE(second.valid.size() == 0);
    second.run();
    second.append(10);
    REQUIRE(second.all_acked());
    REQUIRE(second.tape.place(9) == tape::Place{2011, 2001, 10});
  }
  SECTION("everything, when the checkpoint is the fence") {
    Engine second(cluster.settings, "second", {0, 0, 0}, mode);
    REQUIRE(second.valid.size() == 2000);
  }
  SECTION("not at all, when the record at the checkpoint is another one") {
    const tape::Place checkpoint =
        GENERATE(tape::Place{1500, 0, 1499}, tape::Place{1500, 7, 1500}, tape::Place{1500, 1500, 0},
                 tape::Place{2001, 0, 2001}, tape::Place{5000, 0, 5000});
    Engine second(cluster.settings, "second", checkpoint, mode);
    REQUIRE(second.opening.outcome == Outcome::wrong_topic);
    REQUIRE(second.opening.text.find("\"orders\"") != std::string::npos);
    kafka::Reader reader(cluster.settings, "t.");  // and it has left no trace
    REQUIRE(reader.start(2001) == "");
    kafka::ReadRecord record;
    REQUIRE(reader.next(10s, record) == kafka::Reader::Found::end);
  }
}

TEST_CASE("an engine whose log another one has opened notices by its own reports and stops") {
  Cluster cluster;
  Engine first(cluster.settings, "first");
  first.run();
  first.append(100);
  REQUIRE(first.all_acked());
  Engine second(cluster.settings, "second", {100, 0, 100});
  second.run();
  REQUIRE(second.opening.epoch == 101);
  first.append(10);
  REQUIRE(eventually([&] { return first.journal->state() == Journal::State::replaced; }));
  REQUIRE(first.tape.acked.read() == 100);
  // What the first one wrote meanwhile shifts the second one's offsets, and is passed by.
  second.append(10);
  REQUIRE(second.all_acked());
  REQUIRE(second.journal->state() == Journal::State::running);
  REQUIRE(second.tape.place(9).seq == 10);
  REQUIRE(second.tape.place(9).offset == 121);
}

TEST_CASE("passing errors and a lost connection of the broker only delay") {
  Cluster cluster;
  cluster.settings.in_flight = GENERATE(1, 5);
  Engine engine(cluster.settings, "first");
  engine.run();
  constexpr std::int16_t produce_request = 0;
  rd_kafka_mock_push_request_errors(cluster.mock.handle(), produce_request, 4,
                                    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                    RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT);
  engine.append(1000);
  // A lost connection with several requests in flight may kill this version's producer (law 9); never
  // silently.
  REQUIRE(eventually([&] {
    return engine.tape.acked.read() == 1000 || engine.journal->state() != Journal::State::running;
  }));
  if (cluster.settings.in_flight == 1) REQUIRE(engine.journal->state() == Journal::State::running);
  for (std::uint64_t i = 1; i < engine.tape.acked.read(); ++i) {
    REQUIRE(engine.tape.place(i).offset > engine.tape.place(i - 1).offset);
  }
}

TEST_CASE("an event that Kafka refuses for good is fatal") {
  Cluster cluster;
  Engine engine(cluster.settings, "first");
  engine.run();
  constexpr std::int16_t produce_request = 0;
  rd_kafka_mock_push_request_errors(cluster.mock.handle(), produce_request, 1,
                                    RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  engine.append(1);
  REQUIRE(eventually([&] { return engine.journal->state() == Journal::State::dead; }));
  REQUIRE(engine.journal->reason().size() > 20);
  REQUIRE(engine.tape.acked.read() == 0);
}

TEST_CASE("no broker: unreachable within the deadline, in words that name it") {
  kafka::Settings settings;
  settings.brokers = "127.0.0.1:1";
  settings.start_deadline = 500ms;
  settings.log = [](int, std::string_view) {};
  Engine engine(settings, "first");
  REQUIRE(engine.opening.outcome == Outcome::unreachable);
  REQUIRE(engine.opening.text.find("127.0.0.1:1") != std::string::npos);
  REQUIRE(engine.opening.text.find("refused") != std::string::npos);
}

TEST_CASE("a topic of several partitions is refused") {
  Cluster cluster;
  REQUIRE(rd_kafka_mock_topic_create(cluster.mock.handle(), "wide", 4, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);
  cluster.settings.topic = "wide";
  Engine engine(cluster.settings, "first");
  REQUIRE(engine.opening.outcome == Outcome::wrong_topic);
  REQUIRE(engine.opening.text.find("4 partitions") != std::string::npos);
}

TEST_CASE("client settings pass through, but not those that would break the log's promises") {
  runtime::FutexParker parker;
  const auto start = [&](const std::string& key, const std::string& value) {
    kafka::Settings settings;
    settings.brokers = "127.0.0.1:1";
    settings.client = {{key, value}};
    settings.log = [](int, std::string_view) {};
    kafka::Producer producer(settings, "", parker);
    return producer.start();
  };
  REQUIRE(start("compression.type", "lz4") == "");
  REQUIRE(start("linger.ms", "1") == "");
  REQUIRE(start("acks", "all") == "");
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{{"acks", "1"},
                                                        {"request.required.acks", "0"},
                                                        {"enable.idempotence", "false"},
                                                        {"message.timeout.ms", "1000"},
                                                        {"retries", "3"},
                                                        {"enable.gapless.guarantee", "false"},
                                                        {"bootstrap.servers", "elsewhere:9092"},
                                                        {"transactional.id", "x"},
                                                        {"message.max.bytes", "1500"},
                                                        {"no.such.setting", "1"},
                                                        {"compression.type", "brotli-9"}}) {
    INFO(key);
    REQUIRE(start(key, value).find("\"" + key + "\"") != std::string::npos);
  }
}
