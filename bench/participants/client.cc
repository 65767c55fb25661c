#include <atomic>
#include <semaphore>

#include "bench/participants/caller.h"
#include "bench/participants/stopwatch.h"
#include "edge/participants/client.h"
#include "engine/ensure.h"

namespace bench {

Window run_client(const Target& target, double seconds) {
  participants::Settings settings;
  settings.url = target.url;
  settings.ca_file = target.ca_file;
  settings.connections = target.connections;
  settings.secrets = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
  std::counting_semaphore<> room(0);
  std::atomic<std::uint64_t> calls{0}, failed{0};
  participants::Client client(settings, [&](participants::Outcome&& outcome) {
    // relaxed: figures, read by the main thread a moment later.
    calls.fetch_add(1, std::memory_order_relaxed);
    if (outcome.verdict != participants::Verdict::decided) failed.fetch_add(1, std::memory_order_relaxed);
    room.release();
  });
  ENSURE(client.start().ok());
  // As many again wait, as they would: a handler's thread submits, and is woken for it.
  room.release(static_cast<std::ptrdiff_t>(2 * target.connections));
  Stopwatch watch(seconds);
  for (std::uint64_t id = 1; watch.goes_on(calls.load(std::memory_order_relaxed)); ++id) {
    if (!room.try_acquire_for(std::chrono::milliseconds{100})) continue;
    participants::Call call;
    call.id = id;
    call.turn = saga::Turn::payment_charge;
    call.key = "01890a5d-ac96-774b-bcce-b302099a8057.payment.charge";
    call.body = target.body;
    ENSURE(client.ask(std::move(call)));
  }
  client.stop(std::chrono::seconds{1});
  Window window = watch.window();
  window.failed = failed.load(std::memory_order_relaxed);
  return window;
}

}  // namespace bench
