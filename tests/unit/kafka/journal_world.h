// A journal between a tape that a test appends to and the virtual log, under a virtual clock.
#pragma once

#include <deque>

#include "edge/kafka/journal.h"
#include "tests/catch.h"
#include "tests/unit/kafka/orders.h"
#include "tests/unit/kafka/virtual_log.h"

namespace kafka::test {

inline constexpr std::int64_t epoch = 10;

struct Engine {
  explicit Engine(kafka::Mode mode = kafka::Mode::structured, std::size_t transcript_bytes = 1U << 20)
      : transcript(transcript_bytes, 4096, transcript_bytes / 2, 1024), events({.mode = mode}) {}

  void append(unsigned count = 1) {
    for (unsigned i = 0; i < count; ++i) {
      orders.push_back(kafka::test::short_order(static_cast<unsigned>(orders.size())));
      REQUIRE(tape.room().take(1) == 1);
      tape.append(kafka::test::placed(*orders.back()));
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
  tape::Offset offset(std::uint64_t seq) const { return tape.place(seq - 1).offset; }

  engine::Time now{1'800'000'000'000'000'000};
  std::deque<kafka::test::OwnedRecord> orders;
  tape::Tape tape{2048, 512};
  tape::Transcript transcript;
  kafka::CloudEvents events;
  kafka::test::VirtualLog log{epoch};
  kafka::Journal journal{tape, transcript, log, events, epoch};
};

}  // namespace kafka::test
