// Law 9 on the real librdkafka: a producer that has really died is replaced, and another engine is noticed.
#include "engine/tape/reader_rule.h"
#include "tests/unit/kafka/rdkafka_world.h"

using codec::Mode;
using journal::Journal;
using kafka::test::Cluster;
using kafka::test::eventually;
using Engine = kafka::test::RealEngine;
using namespace std::chrono_literals;

namespace {

constexpr std::int16_t produce_request = 0;
constexpr const char* entry = "reopening the log";
constexpr const char* exit_line = "the log is open again";

/// Every event of the tape is valid on the topic exactly once, in tape order, where its ack says.
void check_topic(Cluster& cluster, const Engine& engine) {
  kafka::Reader reader(cluster.settings);
  REQUIRE(reader.start(0).ok());
  kafka::ReadRecord record;
  tape::ReaderRule rule;
  std::uint64_t index = 0;
  while (true) {
    const kafka::Reader::ReadStatus found = reader.next(10s, record);
    if (found == kafka::Reader::ReadStatus::end) break;
    REQUIRE(found == kafka::Reader::ReadStatus::record);
    if (rule.read(record.heading) != tape::Reading::apply) continue;
    REQUIRE(index < engine.orders.size());
    REQUIRE(record.key == engine.orders[index]->order.id.str());
    REQUIRE(engine.tape.place(index) ==
            tape::Place{record.heading.offset, record.heading.epoch, record.heading.seq});
    ++index;
  }
  REQUIRE(index == engine.orders.size());
}

}  // namespace

TEST_CASE("a fatal error of the producer: the journal goes on in a new epoch, again and again") {
  const Mode mode = GENERATE(Mode::structured, Mode::binary);
  Cluster cluster;
  Engine engine(cluster.settings, "first", {}, mode);
  engine.run();
  for (std::uint64_t round = 1; round <= 3; ++round) {
    engine.append(500);
    engine.killer.kill();
    engine.append(500);
    REQUIRE(eventually([&] { return engine.journal->reopenings().value() == round; }));
    REQUIRE(engine.all_acked());
  }
  REQUIRE(engine.journal->state() == Journal::State::running);
  REQUIRE(engine.tape.place(2999).epoch > engine.tape.place(1999).epoch);
  REQUIRE(cluster.logged(entry));
  REQUIRE(cluster.logged(exit_line));
  check_topic(cluster, engine);
}

TEST_CASE("a start finds its checkpoint in a reopened epoch, be it the EpochStarted that reopened the log") {
  Cluster cluster;
  tape::Place last;
  {
    Engine first(cluster.settings, "first");
    first.run();
    first.append(100);
    REQUIRE(first.all_acked());
    first.killer.kill();
    first.append(100);
    REQUIRE(first.all_acked());
    last = first.tape.place(199);
  }
  REQUIRE(last.epoch > 0);
  const auto seq = GENERATE(std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{40});
  const tape::Place checkpoint{last.epoch + static_cast<std::int64_t>(seq), last.epoch, seq};
  if (seq == 0) {
    kafka::Reader reader(cluster.settings);
    REQUIRE(reader.start(last.epoch).ok());
    kafka::ReadRecord opening;
    REQUIRE(reader.next(10s, opening) == kafka::Reader::ReadStatus::record);
    REQUIRE(opening.heading.after == 0);
    kafka::Tail tail(cluster.settings, "t.", {checkpoint, {}});
    REQUIRE(tail.judge(std::chrono::steady_clock::now() + 10s).outcome == kafka::Tail::Outcome::good);
    REQUIRE(tail.rule().opening() == opening.heading.opening_id);
  }
  Engine second(cluster.settings, "second", checkpoint);
  INFO(second.opening.text);
  REQUIRE(second.opening.outcome == kafka::Opening::Outcome::good);
  REQUIRE(second.opening.epoch == last.offset + 1);
  REQUIRE(second.valid.size() == last.seq - seq);
  REQUIRE(second.valid.front() == seq + 1);
}

TEST_CASE("errors of the broker that end a producer: the journal goes on") {
  const rd_kafka_resp_err_t error =
      GENERATE(RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
               RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  Cluster cluster;
  cluster.settings.in_flight = GENERATE(1, 5);
  Engine engine(cluster.settings, "first");
  engine.run();
  engine.append(100);
  REQUIRE(engine.all_acked());
  rd_kafka_mock_push_request_errors(cluster.mock.handle(), produce_request, 1, error);
  engine.append(1000);
  CAPTURE(rd_kafka_err2name(error));
  REQUIRE(engine.all_acked());
  REQUIRE(engine.journal->state() == Journal::State::running);
  REQUIRE(engine.journal->reopenings().value() > 0);
  check_topic(cluster, engine);
}

TEST_CASE("another engine's epoch came between: replaced, not reopened") {
  Cluster cluster;
  Engine first(cluster.settings, "first");
  first.run();
  first.append(100);
  REQUIRE(first.all_acked());
  Engine second(cluster.settings, "second", {100, 0, 100});
  REQUIRE(second.opening.epoch == 101);
  first.killer.kill();
  first.append(10);
  REQUIRE(eventually([&] { return first.journal->state() == Journal::State::replaced; }));
  REQUIRE(first.tape.acked.read() == 100);
  REQUIRE_FALSE(cluster.logged(exit_line));
  // The opening that the first one tried has opened nothing.
  second.run();
  second.append(10);
  REQUIRE(second.all_acked());
  REQUIRE(second.journal->state() == Journal::State::running);
}

TEST_CASE("a reopening whose own producer dies is tried again, as the same opening") {
  Cluster cluster;
  Engine engine(cluster.settings, "first");
  engine.run();
  engine.append(100);
  REQUIRE(engine.all_acked());
  constexpr auto error = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
  rd_kafka_mock_push_request_errors(cluster.mock.handle(), produce_request, 3, error, error, error);
  engine.append(1000);
  REQUIRE(engine.all_acked());
  REQUIRE(engine.journal->reopenings().value() == 1);
  REQUIRE(cluster.logged("not open again yet: "));
  check_topic(cluster, engine);
}

TEST_CASE("while the broker is away a reopening waits, can be ended, and goes on when it is back") {
  Cluster cluster;
  Engine engine(cluster.settings, "first");
  engine.run();
  engine.append(100);
  REQUIRE(engine.all_acked());
  rd_kafka_mock_broker_set_down(cluster.mock.handle(), 1);
  engine.append(100);
  engine.killer.kill();
  REQUIRE(eventually([&] { return cluster.logged(entry); }));
  SECTION("ended") {
    engine.worker->stop();
    engine.producer.stop();
  }
  SECTION("the broker is back") {
    rd_kafka_mock_broker_set_up(cluster.mock.handle(), 1);
    REQUIRE(engine.all_acked());
    check_topic(cluster, engine);
  }
}
