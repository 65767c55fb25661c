// Acknowledges everything that is on the tape, each event where the next place of the log is.
#pragma once

#include "engine/tape/tape.h"
#include "engine/tape/transcript.h"
#include "tests/catch.h"

namespace tests {

inline void ack_all(tape::Tape& tape, tape::Transcript& transcript) {
  for (tape::Index i = tape.acked.read(); i < tape.claimed(); ++i) {
    tape.set_place(i, {static_cast<std::int64_t>(i), 0, i + 1});
    REQUIRE(transcript.room(1) != nullptr);
    transcript.commit(i, 1);
    tape.produced.move(i + 1);
    tape.acked.move(i + 1);
  }
}

}  // namespace tests
