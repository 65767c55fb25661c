// Producer, reader, opening and read-back on the real librdkafka.
#include "tests/unit/kafka/rdkafka_world.h"

using codec::Mode;
using journal::Journal;
using kafka::test::Cluster;
using kafka::test::eventually;
using Engine = kafka::test::RealEngine;
using Outcome = kafka::Opening::Outcome;
using namespace std::chrono_literals;

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

    kafka::Reader reader(cluster.settings);
    REQUIRE(reader.start(1).ok());
    kafka::ReadRecord record;
    for (std::uint64_t seq = 1; seq <= 2000;) {
      const kafka::Reader::ReadStatus found = reader.next(1s, record);
      if (found == kafka::Reader::ReadStatus::end) continue;
      REQUIRE(found == kafka::Reader::ReadStatus::record);
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
    kafka::Reader reader(cluster.settings);  // and it has left no trace
    REQUIRE(reader.start(2001).ok());
    kafka::ReadRecord record;
    REQUIRE(reader.next(10s, record) == kafka::Reader::ReadStatus::end);
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
  // A lost connection with several requests in flight may kill this version's producer: it is replaced (law
  // 9).
  REQUIRE(engine.all_acked());
  if (cluster.settings.in_flight == 1) REQUIRE(engine.journal->reopenings().value() == 0);
  for (std::uint64_t i = 1; i < engine.tape.acked.read(); ++i) {
    REQUIRE(engine.tape.place(i).offset > engine.tape.place(i - 1).offset);
  }
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

TEST_CASE("a topic of several partitions is refused, unless partition 0 has records of ours") {
  Cluster cluster;
  REQUIRE(rd_kafka_mock_topic_create(cluster.mock.handle(), "wide", 4, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);
  cluster.settings.topic = "wide";
  SECTION("none") {
    Engine engine(cluster.settings, "first");
    REQUIRE(engine.opening.outcome == Outcome::wrong_topic);
    REQUIRE(engine.opening.text.find("4 partitions") != std::string::npos);
  }
  SECTION("an EpochStarted at its beginning, and the checkpoint's record") {
    runtime::FutexParker parker;
    codec::CloudEvents events({.type_prefix = "t."});
    kafka::Connection connection(cluster.settings, parker);
    REQUIRE(connection.start().ok());
    REQUIRE(kafka::announce(connection, events, {.opening_id = "once", .engine_id = "test"},
                            [] { return true; }));
    const tape::Place checkpoint = GENERATE(tape::Place{-1, -1, 0}, tape::Place{0, 0, 0});
    Engine engine(cluster.settings, "first", checkpoint);
    REQUIRE(engine.opening.outcome == Outcome::good);
    REQUIRE(engine.opening.epoch == 1);
    REQUIRE(engine.opening.warnings.size() == 1);
    REQUIRE(engine.opening.warnings[0].find("4 partitions") != std::string::npos);
    engine.run();
    engine.append(100);
    REQUIRE(engine.all_acked());
    REQUIRE(engine.tape.place(99) == tape::Place{101, 1, 100});
  }
}

TEST_CASE("a topic that gets more partitions, or is deleted, beside the running engine is told of") {
  Cluster cluster;
  const bool wide = GENERATE(false, true);
  cluster.settings.topic = wide ? "wide" : "orders";
  if (wide) {
    REQUIRE(rd_kafka_mock_topic_create(cluster.mock.handle(), "wide", 4, 1) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  kafka::TopicWatch watch(cluster.settings, 1ms);
  watch.start();
  const char* topic = cluster.settings.topic.c_str();
  rd_kafka_mock_topic_set_error(cluster.mock.handle(), topic, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  REQUIRE(eventually([&] { return watch.missing(); }));
  rd_kafka_mock_topic_set_error(cluster.mock.handle(), topic, RD_KAFKA_RESP_ERR_NO_ERROR);
  REQUIRE(eventually([&] { return !watch.missing() && cluster.logged("is there again"); }));
  if (wide) REQUIRE(eventually([&] { return cluster.logged("has 4 partitions"); }));
  watch.stop();
  REQUIRE(cluster.logged("has 4 partitions") == wide);
}

TEST_CASE("client settings pass through, but not those that would break the log's promises") {
  runtime::FutexParker parker;
  const auto start = [&](const std::string& key, const std::string& value) {
    kafka::Settings settings;
    settings.brokers = "127.0.0.1:1";
    settings.client = {{key, value}};
    settings.log = [](int, std::string_view) {};
    const runtime::WallClock wall;
    kafka::Producer producer(settings, parker, wall);
    return producer.start();
  };
  REQUIRE(start("compression.type", "lz4").ok());
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
    REQUIRE(start(key, value).error().find("\"" + key + "\"") != std::string::npos);
  }
}
