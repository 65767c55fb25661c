#include "engine/tape/reader_rule.h"

#include "tests/catch.h"

using tape::Heading;
using tape::ReaderRule;
using tape::Reading;

namespace {

Heading opening(std::int64_t offset, std::string_view id, std::int64_t after = -1) {
  return {.offset = offset, .epoch_started = true, .opening_id = id, .after = after};
}

Heading event(std::int64_t offset, std::int64_t epoch, std::uint64_t seq) {
  return {.offset = offset, .epoch = epoch, .seq = seq};
}

}  // namespace

TEST_CASE("an epoch's events apply in sequence") {
  ReaderRule rule;
  REQUIRE(rule.read(event(0, 0, 1)) == Reading::unopened);
  REQUIRE(rule.read(opening(1, "a")) == Reading::opened);
  REQUIRE(rule.epoch() == 1);
  REQUIRE(rule.read(event(2, 1, 1)) == Reading::apply);
  REQUIRE(rule.read(event(3, 1, 2)) == Reading::apply);
}

TEST_CASE("a doubled record is dropped, a hole voids the rest of its epoch") {
  ReaderRule rule;
  rule.read(opening(0, "a"));
  REQUIRE(rule.read(event(1, 0, 1)) == Reading::apply);
  REQUIRE(rule.read(event(2, 0, 1)) == Reading::doubled);
  REQUIRE(rule.read(event(3, 0, 2)) == Reading::apply);
  REQUIRE(rule.read(event(4, 0, 4)) == Reading::behind_hole);
  REQUIRE(rule.read(event(5, 0, 3)) == Reading::behind_hole);
  REQUIRE(rule.holed());
  REQUIRE(rule.read(opening(6, "b")) == Reading::opened);
  REQUIRE(rule.read(event(7, 6, 1)) == Reading::apply);
}

TEST_CASE("a replaced engine's late records are a zombie's") {
  ReaderRule rule;
  rule.read(opening(0, "a"));
  rule.read(event(1, 0, 1));
  rule.read(opening(2, "b"));
  REQUIRE(rule.read(event(3, 0, 2)) == Reading::other_epoch);
  REQUIRE(rule.read(event(4, 2, 1)) == Reading::apply);
}

TEST_CASE("a copy of an opening opens nothing") {
  ReaderRule rule;
  rule.read(opening(0, "a"));
  rule.read(event(1, 0, 1));
  REQUIRE(rule.read(opening(2, "a")) == Reading::copy_of_opening);
  REQUIRE(rule.read(event(3, 0, 2)) == Reading::apply);
}

TEST_CASE(
    "a copy of the opening of the epoch that a checkpoint lies in opens nothing, however late it comes") {
  ReaderRule rule(0, 5, "a");
  REQUIRE(rule.opening() == "a");
  REQUIRE(rule.read(event(6, 0, 6)) == Reading::apply);
  REQUIRE(rule.read(opening(7, "a")) == Reading::copy_of_opening);
  REQUIRE(rule.read(event(8, 0, 7)) == Reading::apply);
  REQUIRE(rule.read(opening(9, "b")) == Reading::opened);
  REQUIRE(rule.opening() == "b");
}

TEST_CASE("a reopening counts only if the epoch it continues is current") {
  ReaderRule rule;
  rule.read(opening(0, "a"));
  REQUIRE(rule.read(opening(1, "a2", 0)) == Reading::opened);
  REQUIRE(rule.epoch() == 1);
  rule.read(opening(2, "b"));
  REQUIRE(rule.read(opening(3, "a3", 1)) == Reading::opened_nothing);
  REQUIRE(rule.epoch() == 2);
}

TEST_CASE("a record without epoch and seq is a request") {
  ReaderRule rule;
  rule.read(opening(0, "a"));
  REQUIRE(rule.read({.offset = 1}) == Reading::request);
  REQUIRE(rule.read({.offset = 2, .epoch = 0, .seq = 0}) == Reading::request);
  REQUIRE(rule.read(event(3, 0, 1)) == Reading::apply);
}

TEST_CASE("reading goes on from a checkpoint") {
  ReaderRule rule(100, 41);
  REQUIRE(rule.read(event(141, 100, 41)) == Reading::doubled);
  REQUIRE(rule.read(event(142, 100, 42)) == Reading::apply);
}

TEST_CASE(
    "what comes before any opening is of a log that has lost its beginning; behind one it is a zombie's") {
  ReaderRule rule;
  REQUIRE(rule.read({.offset = 0}) == Reading::request);
  REQUIRE(rule.read(event(1, 0, 1)) == Reading::unopened);
  REQUIRE(rule.read(event(2, 7, 1)) == Reading::unopened);
  rule.read(opening(3, "a"));
  REQUIRE(rule.read(event(4, 0, 2)) == Reading::other_epoch);
  ReaderRule from_checkpoint(100, 41);
  REQUIRE(from_checkpoint.read(event(142, 7, 1)) == Reading::other_epoch);
}
