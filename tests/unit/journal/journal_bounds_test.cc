// The journal's bounds: how much is in flight at most, and that an event allocates nothing.
#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/journal/journal.h"
#include "tests/catch.h"
#include "tests/unit/journal/orders.h"

namespace {

std::atomic<std::size_t> allocations = 0;  // librdkafka's threads are not ours, but the readers' are

/// Takes everything; reports in order as long as it is told to.
class OpenLog final : public engine::Log {
 public:
  bool reporting = false;
  std::uint64_t produced = 0, reported = 0;

  bool produce(const Message&) override { return ++produced > 0; }
  std::size_t reports(std::span<Report> out) override {
    std::size_t count = 0;
    while (reporting && count < out.size() && reported < produced) {
      ++reported;
      out[count++] = {0, reported, static_cast<tape::Offset>(reported)};
    }
    return count;
  }
  void read_back(const Place&, std::uint64_t) override {}
  std::optional<ReadBack> read_back_result() override { return std::nullopt; }
  void reopen(const Place&, engine::Time) override {}
  std::optional<Reopened> reopen_result() override { return std::nullopt; }
  std::string_view fatal_error() const override { return {}; }
};

}  // namespace

void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* const memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
// AddressSanitizer has this one of its own, which would not go with the deletes below.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(bytes);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("at most in_flight_max events are in flight, and none of them allocates") {
  constexpr std::size_t events = journal::Journal::in_flight_max + 1000;
  const engine::Time now{1'800'000'000'000'000'000};
  tape::Tape tape(1U << 17, 1024);
  tape::Transcript transcript(std::size_t{64} << 20, 1U << 17, std::size_t{8} << 20, 1024);
  OpenLog log;
  const codec::CloudEvents style{codec::EventStyle{}};
  journal::Journal journal(tape, transcript, log, style, 0);
  const tape::OwnedRecord record = journal::test::short_order();
  REQUIRE(tape.room().take(events) == events);
  for (std::size_t i = 0; i < events; ++i) tape.append(journal::test::placed(*record));

  const std::size_t before = allocations;
  while (journal.do_work(now) > 0) {
  }
  const std::uint64_t in_flight = log.produced;
  log.reporting = true;
  while (journal.do_work(now) > 0) {
  }
  const std::size_t after = allocations;
  REQUIRE(in_flight == journal::Journal::in_flight_max);
  REQUIRE(tape.acked.read() == events);
  REQUIRE(after == before);
}
