// Every fixed capacity of a pipeline, in one place, with the relations between them. Configuration may lower
// what is marked so; nothing grows after start.
#pragma once

#include <cstddef>

namespace engine::limits {

// The tape. An order runs ahead of Kafka by up to four events, so the ring holds what 65 536 live orders can
// say.
inline constexpr std::size_t tape_slots = std::size_t{1} << 18;
inline constexpr std::size_t tape_reserved_for_orders_under_way =
    tape_slots / 4;  // new orders may not take these

// Live orders: an upper bound for [orders] live; their bytes are bounded by [orders] memory.
inline constexpr std::size_t live_orders_max = std::size_t{1} << 17;
inline constexpr std::size_t finished_kept = 10'000;  // what the listing promises
// Of their documents: several times what usual ones need. Beyond it the oldest leave memory, and are in
// Redis.
inline constexpr std::size_t finished_bytes = std::size_t{96} << 20;
// What is shown of the last answer to a call. Of an order's calls the last of each turn is kept, while it is in memory:
// counted with its document once it has ended.
inline constexpr std::size_t call_answer_bytes = 512;
// Finished orders that are found by one reference, the newest of them: a shop's number is one order's, or a few orders'.
inline constexpr std::size_t reference_orders = 1'000;
// Orders whose mail is being sent, until its end is acknowledged; more wait in the mail backlog, which costs
// a way through Redis. So many that a mail server that keeps up never makes one wait (this many in an ack's
// time: 200 000 a second at 20 ms), and few enough to be held in memory beside all live orders.
inline constexpr std::size_t mails_under_way = 4096;
// Requests off the topic that are not settled: what orders of a full intake are answered at once, and as many again
// that come early.
inline constexpr std::size_t requests_kept = std::size_t{1} << 17;
inline constexpr std::size_t requests_kept_bytes = std::size_t{64} << 20;
inline constexpr std::size_t request_batch = 64;
// New orders wait in line while more events than these are not acked. So many that Kafka is never idle: 200 000 a second
// whose ack takes 150 ms. Few enough that an order's steps are still in the CPU's caches when the acks come.
inline constexpr std::size_t unacked_events_usual = 32'768;
inline constexpr std::size_t orders_in_line = 4096;  // what is taken within a tenth of a second
inline constexpr std::size_t stock_changes = 1024;   // set by PUT, not yet stored
inline constexpr std::size_t key_owners = 65'536;    // Idempotency-Keys that are remembered beside an orderId

// Rendered events: those not yet acked and the history that the event stream resumes from.
inline constexpr std::size_t transcript_bytes = std::size_t{44} << 20;
inline constexpr std::size_t transcript_history_bytes = std::size_t{34} << 20;
inline constexpr std::size_t transcript_history_events = 65'536;  // what the event stream promises
inline constexpr std::size_t event_bytes_max = std::size_t{192}
                                               << 10;  // a body of 64 KiB, every byte escaped, fits

// Turns.
inline constexpr std::size_t stage_batch = 64;
inline constexpr std::size_t journal_batch = 128;
inline constexpr std::size_t release_batch = 256;
inline constexpr std::size_t mail_batch = 64;
inline constexpr std::size_t store_batch_events = 4096;  // more while Redis takes them quickly
inline constexpr std::size_t store_batch_events_max = 32'768;
inline constexpr std::size_t store_batch_bytes = std::size_t{8} << 20;  // of the records it writes

static_assert((tape_slots & (tape_slots - 1)) == 0, "the ring's index is masked");
static_assert(tape_reserved_for_orders_under_way >= 5 * stage_batch, "every stage can always take a batch");
static_assert(transcript_bytes - transcript_history_bytes >= 8 * event_bytes_max,
              "events on their way have room");
static_assert(store_batch_events_max < tape_slots / 2, "a batch never holds more than half of the ring");

}  // namespace engine::limits
