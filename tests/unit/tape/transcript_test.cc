#include "engine/tape/transcript.h"

#include <cstring>
#include <random>
#include <string>

#include "tests/catch.h"

using tape::Index;
using tape::Transcript;

namespace {

std::string text_of(Index index, std::size_t bytes) {
  return std::string(bytes, static_cast<char>('a' + index % 26));
}

}  // namespace

TEST_CASE("every entry keeps its text until it is trimmed, through many turns of the ring") {
  Transcript transcript(10'000, 256, 6'000, 100);
  std::mt19937_64 random(11);
  std::vector<std::size_t> sizes;
  Index committed = 0;
  Index released = 0;
  int waited = 0;
  while (committed < 20'000) {
    const std::size_t bytes = 1 + random() % 500;
    char* const room = transcript.room(500);
    if (room == nullptr || random() % 7 == 0) {
      ++waited;
      released += 1 + random() % (committed - released + 1);
      released = std::min(released, committed);
      transcript.trim(released);
      continue;
    }
    const std::string text = text_of(committed, bytes);
    std::memcpy(room, text.data(), bytes);
    sizes.push_back(bytes);
    REQUIRE(transcript.commit(committed++, bytes) == text);
    const Index oldest = transcript.oldest();
    REQUIRE(oldest <= released);
    const Index probe = oldest + random() % (committed - oldest);
    REQUIRE(transcript.text(probe) == text_of(probe, sizes[probe]));
  }
  REQUIRE(waited > 0);
}

TEST_CASE("the history is bounded in events and in bytes, and what is not acked is never let go") {
  Transcript transcript(100'000, 1024, 5'000, 10);
  const auto add = [&](Index index, std::size_t bytes) {
    REQUIRE(transcript.room(bytes) != nullptr);
    transcript.commit(index, bytes);
  };
  for (Index i = 0; i < 50; ++i) add(i, 100);
  REQUIRE_FALSE(transcript.trim(0));
  REQUIRE(transcript.trim(50));
  REQUIRE(transcript.oldest() == 40);  // ten events
  for (Index i = 50; i < 55; ++i) add(i, 3'000);
  REQUIRE(transcript.trim(55));
  REQUIRE(transcript.oldest() == 54);  // five thousand bytes
}

TEST_CASE("an event that can not be placed in one piece waits") {
  Transcript transcript(1'000, 64, 500, 32);
  REQUIRE(transcript.room(600) != nullptr);
  transcript.commit(0, 600);
  REQUIRE(transcript.room(500) == nullptr);
  REQUIRE(transcript.room(400) != nullptr);
}

TEST_CASE("rewound, it takes other texts for the same events, and those before keep theirs") {
  Transcript transcript(1'000, 64, 500, 10);
  std::mt19937_64 random(12);
  Index released = 0;
  Index committed = 0;
  const auto add = [&](char letter, std::size_t bytes) {
    char* const room = transcript.room(bytes);
    if (room == nullptr) return false;
    std::memset(room, letter, bytes);
    transcript.commit(committed++, bytes);
    return true;
  };
  for (int round = 0; round < 500; ++round) {
    while (random() % 8 != 0 && add('a', 1 + random() % 100)) {
    }
    const Index keep = released + random() % (committed - released + 1);
    transcript.rewind(keep);
    committed = keep;
    for (Index i = keep; i < keep + 3; ++i) {
      if (!add('b', 100)) break;
      REQUIRE(transcript.text(i) == std::string(100, 'b'));
    }
    for (Index i = transcript.oldest(); i < keep; ++i) {
      REQUIRE(transcript.text(i) == std::string(transcript.text(i).size(), transcript.text(i)[0]));
    }
    released = committed;
    transcript.trim(released);
  }
  REQUIRE(released > 1'000);
}
