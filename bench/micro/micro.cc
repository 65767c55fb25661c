// What one step of an order's way costs, in isolation: the tape, a hop through an inbox, the table,
// rendering. Run with
// --benchmark_… as Google Benchmark has it; the tests run each for a moment, so that none can rot.
#include <benchmark/benchmark.h>

#include <array>
#include <thread>

#include "edge/http/api/order_parser.h"
#include "edge/http/wire/limits.h"
#include "edge/http/wire/parser.h"
#include "engine/codec/cloud_event.h"
#include "engine/codec/document.h"
#include "engine/orders/orders.h"
#include "engine/runtime/histogram.h"
#include "engine/runtime/inbox.h"
#include "engine/runtime/timers.h"
#include "engine/saga/table.h"
#include "engine/tape/tape.h"
#include "engine/tape/task.h"
#include "tests/world/make_order.h"

namespace {

constexpr engine::Time noon{1'767'355'200'000'000'000};

void table(benchmark::State& state) {
  std::size_t at = 0;
  for (auto _ : state) {
    const saga::Row& row = saga::rows[at++ % saga::rows.size()];
    benchmark::DoNotOptimize(saga::advance(row.from, row.on, saga::Capture::at_once).next);
  }
}
BENCHMARK(table);

void tape_append_and_read(benchmark::State& state) {
  tape::Tape tape(1 << 16, 1 << 10);
  tape::Event event{
      .at = noon, .step = 1, .kind = saga::EventKind::PaymentConfirmed, .state = saga::State::paid};
  for (auto _ : state) {
    const tape::Index index = tape.append(event);
    benchmark::DoNotOptimize(tape.published(index));
    tape.stored.move(index + 1);
  }
}
BENCHMARK(tape_append_and_read);

void room_take_and_give(benchmark::State& state) {
  tape::Room room(1 << 16, 1 << 10);
  for (auto _ : state) room.give(room.take(64));
}
BENCHMARK(room_take_and_give);

void inbox_hop_same_thread(benchmark::State& state) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  runtime::FutexParker parker;
  parker.attach();
  runtime::Inbox<tape::Task> inbox(1 << 12, 1, parker);
  runtime::Inbox<tape::Task>::Producer producer(inbox);
  std::array<tape::Task, 64> tasks{};
  for (auto _ : state) {
    producer.push(std::span<const tape::Task>{tasks}.first(batch));
    benchmark::DoNotOptimize(inbox.pop(std::span{tasks}.first(batch)));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(inbox_hop_same_thread)->Arg(1)->Arg(64);

void inbox_ping_pong_between_threads(benchmark::State& state) {
  runtime::FutexParker here, there;
  here.attach();
  runtime::Inbox<tape::Task> to(64, 1, there), back(64, 1, here);
  std::atomic<bool> stop{false};
  std::thread other([&] {
    there.attach();
    runtime::Inbox<tape::Task>::Producer producer(back);
    tape::Task task;
    while (!stop.load(std::memory_order_relaxed)) {
      if (to.pop({&task, 1}) == 1) {
        producer.push(task);
      } else {
        std::this_thread::yield();
      }
    }
  });
  runtime::Inbox<tape::Task>::Producer producer(to);
  tape::Task task;
  for (auto _ : state) {
    producer.push(task);
    while (back.pop({&task, 1}) == 0) std::this_thread::yield();
  }
  stop.store(true, std::memory_order_relaxed);
  other.join();
}
BENCHMARK(inbox_ping_pong_between_threads)->UseRealTime();

void timer_arm_and_cancel(benchmark::State& state) {
  struct Nothing final : runtime::Timer {
    void fire(engine::Time) override {}
  };
  runtime::Timers timers(noon);
  std::array<Nothing, 1024> all;
  std::size_t at = 0;
  for (auto _ : state) {
    Nothing& timer = all[at++ % all.size()];
    timers.arm(timer, noon + std::chrono::milliseconds{static_cast<std::int64_t>(at * 37 % 60'000)});
    if (at % 3 == 0) timers.cancel(timer);
  }
}
BENCHMARK(timer_arm_and_cancel);

void histogram_record(benchmark::State& state) {
  runtime::Histogram histogram;
  std::uint64_t value = 1;
  for (auto _ : state) histogram.record((value = value * 6364136223846793005ULL + 1) >> 20);
}
BENCHMARK(histogram_record);

void admit_and_finish(benchmark::State& state) {
  tape::Room room(1 << 16, 1 << 10);
  orders::Orders orders({.live = 1024, .bytes = 1 << 24, .finished = 1000}, room);
  orders.open_intake();
  tests::OrderDraft draft = tests::make_order(1);
  unsigned n = 0;
  for (auto _ : state) {
    draft.order.id = tests::order_id(++n);
    tape::Record& record = *orders.admit(draft.order).record;
    record.status = saga::State::completed;
    orders.finish(record, {});
    room.give(1);
  }
}
BENCHMARK(admit_and_finish);

/// A record whose five events have been acked.
struct CompletedOrder {
  CompletedOrder() : record(tape::Record::create(tests::make_order(7).order)) {
    record->payment_reference = tape::ShortText("sim-a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2.2");
    record->tracking_number = tape::ShortText("SIMa7f3e2c98b1f4d23bb0f9a1e97c1a3b2");
    record->status = saga::State::completed;
    for (const saga::Row& row : std::span{saga::rows}.first(5)) {
      record->add_step({noon, 4711, row.on});
    }
  }
  ~CompletedOrder() { tape::Record::destroy(record); }
  tape::Record* record;
};

void render_document(benchmark::State& state) {
  CompletedOrder order;
  std::string out;
  for (auto _ : state) {
    out.clear();
    codec::render_document(*order.record, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK(render_document);

void render_cloud_event(benchmark::State& state) {
  CompletedOrder order;
  const saga::Row& row = saga::rows[static_cast<std::size_t>(state.range(0))];
  const tape::Event event{.record = order.record,
                          .at = noon,
                          .step = static_cast<std::uint32_t>(state.range(0)) + 1,
                          .kind = row.on,
                          .state = row.to};
  const codec::CloudEvents events({});
  std::string out(events.bytes_max(event), '\0');
  std::uint64_t seq = 0;
  for (auto _ : state) benchmark::DoNotOptimize(events.render(out.data(), event, 1841, ++seq).text.size());
  state.SetLabel(std::string{saga::name(row.on)});
}
BENCHMARK(render_cloud_event)->DenseRange(0, 4);

constexpr std::string_view body =
    R"({"userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2","userEmail":"you@example.com","item":"keyboard","amount":49.99})";

void parse_order(benchmark::State& state) {
  http::OrderParser parser(*saga::find_currency("USD"));
  std::string padded{body};
  padded.resize(body.size() + http::limits::padding);
  http::Draft draft;
  for (auto _ : state) {
    benchmark::DoNotOptimize(parser.parse({padded.data(), body.size()}, draft).has_value());
    benchmark::DoNotOptimize(draft.order.total_minor);
  }
  if (draft.order.total_minor != 4999) state.SkipWithError("the body was refused");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(parse_order);

void parse_request(benchmark::State& state) {
  http::HeadReader head;
  http::Parser parser(head);
  std::string request =
      "POST /v1/orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
  for (auto _ : state) {
    if (parser.parse(request.data(), request.size()) != http::Parser::Status::complete) {
      state.SkipWithError("the request was refused");
      break;
    }
    parser.reset();
  }
}
BENCHMARK(parse_request);

}  // namespace

BENCHMARK_MAIN();
