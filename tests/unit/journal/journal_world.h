// A journal between a tape that a test appends to and the virtual log, under a virtual clock.
#pragma once

#include <deque>

#include "engine/journal/journal.h"
#include "tests/catch.h"
#include "tests/unit/journal/naive_reader.h"
#include "tests/unit/journal/orders.h"
#include "tests/unit/journal/virtual_log.h"

namespace journal::test {

inline constexpr std::int64_t epoch = 10;

struct Engine {
  explicit Engine(codec::Mode mode = codec::Mode::structured, std::size_t transcript_bytes = 1U << 20,
                  ::engine::Duration linger = {})
      : transcript(transcript_bytes, 4096, transcript_bytes / 2, 1024),
        events({.mode = mode}),
        journal(tape, transcript, log, events, epoch, linger) {}

  void append(unsigned count = 1) {
    for (unsigned i = 0; i < count; ++i) {
      orders.push_back(journal::test::short_order(static_cast<unsigned>(orders.size())));
      REQUIRE(tape.room().take(1) == 1);
      tape.append(journal::test::placed(*orders.back()));
    }
  }
  /// Turns until there is nothing to do at this time.
  void run() {
    while (journal.do_work(now) > 0) {
    }
  }
  void pass(::engine::Duration time) {
    now = now + time;
    run();
  }
  /// Of the event number `seq` on the tape, which is its seq as long as the first epoch lasts.
  tape::Offset offset(std::uint64_t seq) const { return tape.place(seq - 1).offset; }
  /// The valid records are the tape's events, each once and in its order, and every acked one is where the
  /// tape and the transcript say. All `count` of them, if given.
  void check_topic(std::optional<std::size_t> count = {}) {
    const std::vector<Valid> valid = valid_records(log);
    if (count) REQUIRE(valid.size() == *count);
    REQUIRE(valid.size() <= orders.size());
    REQUIRE(valid.size() >= tape.acked.read());
    for (std::size_t i = 0; i < valid.size(); ++i) {
      REQUIRE(valid[i].key == orders[i]->order.id.str());
      if (i >= tape.acked.read()) continue;
      REQUIRE(tape.place(i) == valid[i].place);
      REQUIRE(transcript.text(i) == valid[i].value);  // in structured mode
    }
  }

  engine::Time now{1'800'000'000'000'000'000};
  std::deque<tape::OwnedRecord> orders;
  tape::Tape tape{2048, 512};
  tape::Transcript transcript;
  codec::CloudEvents events;
  journal::test::VirtualLog log{epoch};
  journal::Journal journal;
};

inline constexpr const char* cause = "rewound sequence number";

/// Two are acked, five more are given to a producer that then dies.
struct Dying : Engine {
  explicit Dying(codec::Mode mode = codec::Mode::structured) : Engine(mode) {
    append(2);
    run();
    log.write_and_report_all();
    run();
    append(5);
    run();
    REQUIRE(log.queue.size() == 5);
  }
  void die() {
    log.fatal = cause;
    run();
  }
  /// What comes after is as if nothing had been.
  void finish() {
    append(3);
    for (int i = 0; i < 20 && tape.acked.read() < orders.size(); ++i) {
      pass(std::chrono::seconds{20});
      log.write_and_report_all();
      run();
    }
    INFO(journal.reason());
    REQUIRE(journal.state() == Journal::State::running);
    REQUIRE(tape.acked.read() == orders.size());
    check_topic(orders.size());
    REQUIRE(journal.next_deadline() == ::engine::Time::never());
  }
};

}  // namespace journal::test
