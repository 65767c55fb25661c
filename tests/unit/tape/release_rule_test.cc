#include "engine/tape/release_rule.h"

#include <algorithm>
#include <random>

#include "tests/catch.h"

using tape::ReleaseRule;
using Blocked = ReleaseRule::Blocked;

namespace {

void release_all(ReleaseRule& rule) {
  while (rule.release_next()) {
  }
}

}  // namespace

TEST_CASE("acked is the contiguous prefix, whatever the order of reports") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    ReleaseRule rule(1000, 64);
    std::vector<std::uint64_t> seqs(50);
    for (std::size_t i = 0; i < seqs.size(); ++i) seqs[i] = i + 1;
    std::shuffle(seqs.begin(), seqs.end(), random);
    std::vector<bool> seen(seqs.size() + 2);
    for (const std::uint64_t seq : seqs) {
      rule.report(seq, 1000 + static_cast<std::int64_t>(seq));
      release_all(rule);
      seen[seq] = true;
      std::uint64_t prefix = 0;
      while (seen[prefix + 1]) ++prefix;
      REQUIRE(rule.acked() == prefix);
      REQUIRE(rule.blocked() == Blocked::no);
    }
    REQUIRE(rule.acked_offset() == 1050);
  }
}

TEST_CASE(
    "a report without offset counts when a later one is in line, and is read back when it stays alone") {
  ReleaseRule rule(0, 16);
  rule.report(1, -1);
  REQUIRE_FALSE(rule.release_next());
  REQUIRE(rule.blocked() == Blocked::placeless);
  rule.report(2, -1001);
  rule.report(3, 3);
  REQUIRE(rule.release_next() == 1);
  REQUIRE(rule.release_next() == 2);
  REQUIRE(rule.release_next() == 3);
  rule.report(4, -1);
  REQUIRE(rule.blocked() == Blocked::placeless);
  rule.found(4, 4);
  REQUIRE(rule.release_next() == 4);
  REQUIRE(rule.blocked() == Blocked::no);
}

TEST_CASE("a foreign record shifts the offsets: what lies before it is released, nothing behind it") {
  ReleaseRule rule(10, 16);
  rule.report(1, 11);
  rule.report(2, 13);
  rule.report(3, 14);
  release_all(rule);
  REQUIRE(rule.acked() == 1);
  REQUIRE(rule.blocked() == Blocked::displaced);
}

TEST_CASE("when the read-back finds the foreign record harmless, the shifted ones go on from there") {
  ReleaseRule rule(10, 16);
  for (std::uint64_t seq = 1; seq <= 4; ++seq) {
    rule.report(seq, static_cast<std::int64_t>(seq == 1 ? 11 : 11 + seq));
  }
  release_all(rule);
  rule.found(2, 13);
  REQUIRE(rule.release_next() == 13);
  REQUIRE(rule.release_next() == 14);
  REQUIRE(rule.release_next() == 15);
  REQUIRE(rule.acked() == 4);
}

TEST_CASE("a report without offset does not count on the far side of a shift") {
  ReleaseRule rule(10, 16);
  rule.report(1, 11);
  rule.report(2, -1);
  rule.report(3, 14);
  release_all(rule);
  REQUIRE(rule.acked() == 1);
  REQUIRE(rule.blocked() == Blocked::displaced);
}

TEST_CASE("an offset in the released part says that the log was lost") {
  ReleaseRule rule(10, 16);
  rule.report(1, 11);
  rule.report(2, 12);
  release_all(rule);
  REQUIRE(rule.blocked() == Blocked::no);
  rule.report(4, 5);  // whatever becomes of 3
  REQUIRE(rule.blocked() == Blocked::lost);
  rule.report(3, 13);
  REQUIRE_FALSE(rule.release_next());
}

TEST_CASE("a late report of what was read back already changes nothing") {
  ReleaseRule rule(0, 16);
  rule.report(1, -1);
  rule.found(1, 1);
  release_all(rule);
  rule.report(1, -1);
  REQUIRE(rule.acked() == 1);
}

TEST_CASE(
    "an offset that was not released yet when it was reported, but is when its turn comes, is lost, too") {
  const std::int64_t offset = GENERATE(12, 13);
  ReleaseRule rule(10, 16);
  rule.report(4, offset);
  rule.report(2, 12);
  rule.report(3, GENERATE(13, -1));
  rule.report(1, 11);
  release_all(rule);
  REQUIRE(rule.acked() < 4);
  REQUIRE(rule.blocked() != Blocked::no);
  rule.found(3, 13);
  release_all(rule);
  REQUIRE(rule.acked() == 3);
  REQUIRE(rule.blocked() == Blocked::lost);
}

TEST_CASE("a report without offset does not count from a neighbour behind one that nobody has acknowledged") {
  ReleaseRule rule(10, 16);
  rule.report(1, -1);
  rule.report(3, 13);  // in line, but where 2 is nobody knows: a stranger's record may lie there
  REQUIRE_FALSE(rule.release_next());
  REQUIRE(rule.blocked() == Blocked::placeless);
  rule.report(2, -1001);
  release_all(rule);
  REQUIRE(rule.acked() == 3);
}

TEST_CASE("a run without offsets counts from the nearest neighbour, though a later one is shifted") {
  ReleaseRule rule(10, 16);
  rule.report(5, 20);
  rule.report(1, -1);
  rule.report(2, -1);
  rule.report(3, 13);
  rule.report(4, -1);
  release_all(rule);
  REQUIRE(rule.acked() == 3);
  REQUIRE(rule.blocked() == Blocked::displaced);
}

TEST_CASE("a window full of reports without offset is judged, and so is one read back in pieces") {
  ReleaseRule rule(0, 16);
  for (std::uint64_t seq = 15; seq > 0; --seq) rule.report(seq, -1);
  REQUIRE(rule.blocked() == Blocked::placeless);
  rule.found(1, 1);
  rule.found(2, 3);  // behind somebody's request
  release_all(rule);
  REQUIRE(rule.acked() == 2);
  REQUIRE(rule.blocked() == Blocked::placeless);
  rule.report(16, 17);
  release_all(rule);
  REQUIRE(rule.acked() == 16);
}

TEST_CASE("a rule that is restarted remembers nothing") {
  ReleaseRule rule(10, 16);
  rule.report(1, 11);
  rule.report(2, -1);
  rule.report(3, 5);
  rule.restart(20);
  REQUIRE(rule.blocked() == Blocked::no);
  REQUIRE_FALSE(rule.release_next());
  REQUIRE(rule.acked_offset() == 20);
  rule.report(1, 21);
  REQUIRE(rule.release_next() == 21);
  REQUIRE_FALSE(rule.release_next());
}
