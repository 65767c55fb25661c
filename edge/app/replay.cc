#include "edge/app/replay.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include "engine/limits.h"

namespace edge {
namespace {

using Steady = std::chrono::steady_clock;

constexpr engine::Duration slice = std::chrono::milliseconds{100};
constexpr std::uint64_t findings_told = 10;  // each in a line of its own; the rest are counted

Refusal refusal_of(const kafka::Tail::Judged& judged) {
  return {judged.outcome == kafka::Tail::Outcome::unreachable ? ExitCode::service_missing
                                                              : ExitCode::do_not_belong_together,
          judged.text};
}

}  // namespace

Started Replay::run() {
  const Steady::time_point begin = Steady::now();
  if (Started refused = load()) return refused;
  const std::size_t loaded = fold_.under_way();
  kafka::Tail tail(task_.kafka, task_.type_prefix, begin_);
  const kafka::Tail::Judged judged = tail.find(Steady::now() + task_.kafka.start_deadline);
  if (judged.outcome != kafka::Tail::Outcome::good) return refusal_of(judged);
  if (Started refused = read(tail)) return refused;
  report();
  const double seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  task_.log.info(
      "the log is replayed",
      {{"events", fold_.events()},
       {"orders from redis", loaded},
       {"orders under way", fold_.under_way()},
       {"seconds", fmt::format("{:.3f}", seconds)},
       {"events a second", static_cast<std::uint64_t>(static_cast<double>(fold_.events()) / seconds)}});
  return std::nullopt;
}

/// Behind the fence: no older engine moves the checkpoint any more, but one may have until a moment ago.
Started Replay::load() {
  const auto loaded = redis_.load();
  if (!loaded) return Refusal{ExitCode::service_missing, redis_.error()};
  begin_ = {loaded->checkpoint, loaded->opening};
  written_ = read_ = loaded->checkpoint;
  if (written_.offset > task_.epoch) {
    return Refusal{
        ExitCode::do_not_belong_together,
        fmt::format("Redis has reached offset {}, and the topic \"{}\" was opened at {} just now: it "
                    "has lost its end. Point kafka.topic and redis.url at two that belong together",
                    written_.offset, task_.kafka.topic, task_.epoch)};
  }
  const auto stock = redis_.load_stock();
  if (!stock) return Refusal{ExitCode::service_missing, redis_.error()};
  for (const auto& [sku, free] : *stock) fold_.set_stock(sku, free);
  if (Started refused = load_orders()) return refused;
  return check_unmoved(*loaded);
}

/// The fence keeps older engines out, not a newer one: what it writes between two of our questions would tear
/// what we have loaded (tests/model/store.pml, load_is_whole).
Started Replay::check_unmoved(const redis::Start::Loaded& before) {
  const auto after = redis_.load();
  if (!after) return Refusal{ExitCode::service_missing, redis_.error()};
  if (after->fence > task_.epoch)
    return Refusal{ExitCode::replaced, "another engine has opened the topic since, and fenced Redis"};
  if (after->checkpoint == before.checkpoint && after->fence == before.fence) return std::nullopt;
  return Refusal{ExitCode::failure, "Redis has changed while it was read", true};
}

Started Replay::load_orders() {
  std::string wrong;
  const bool all = redis_.load_live([&](std::string_view id, std::optional<std::string_view> document) {
    const auto restored = documents_.restore(document.value_or(""));
    if (restored.record != nullptr) return fold_.take(restored.record), true;
    wrong = fmt::format(
        "Redis lists order {} as unfinished, but its document cannot be used: {}. Empty this "
        "Redis (FLUSHDB) and start again: everything is rebuilt from the topic",
        id, document ? restored.error : "there is none");
    return false;
  });
  if (!wrong.empty()) return Refusal{ExitCode::do_not_belong_together, std::move(wrong)};
  return all ? Started{} : Refusal{ExitCode::service_missing, redis_.error()};
}

Started Replay::read(kafka::Tail& tail) {
  kafka::ReadRecord record;
  tape::Reading reading{};
  Steady::time_point now = Steady::now();
  Steady::time_point deadline = now + task_.kafka.start_deadline;
  Steady::time_point ask_at = now;
  for (; now < deadline; now = Steady::now()) {
    if (now >= ask_at) {  // asking the system for every record would cost more than folding it
      if (task_.told_to_stop()) return Refusal{ExitCode::failure, "told to stop while the log was replayed"};
      ask_at = now + slice;
    }
    const kafka::Reader::Found found = tail.next(slice, record, reading);
    if (found == kafka::Reader::Found::no_offset) {
      return Refusal{ExitCode::do_not_belong_together,
                     fmt::format("the topic \"{}\" lost records while it was being read", task_.kafka.topic)};
    }
    if (found != kafka::Reader::Found::record) continue;
    deadline = now + task_.kafka.start_deadline;
    task_.progress(record.heading.offset);
    if (reading == tape::Reading::opened && record.heading.opening_id == task_.opening_id)
      return write({task_.epoch, task_.epoch, 0}, task_.opening_id);
    if (reading != tape::Reading::apply) continue;
    take(record);
    const bool full = unwritten_ == engine::limits::store_batch_events ||
                      fold_.changed_bytes() >= engine::limits::store_batch_bytes;
    if (!full) continue;
    if (Started refused = write(read_, tail.rule().opening())) return refused;
  }
  return Refusal{ExitCode::service_missing,
                 fmt::format("Kafka at {}: the log could not be read on in time: {}", task_.kafka.brokers,
                             tail.last_error())};
}

void Replay::take(const kafka::ReadRecord& record) {
  const tape::Heading& heading = record.heading;
  const recovery::Finding finding = fold_.fold(events_.parse(record.value, record.headers), heading.offset);
  read_ = {heading.offset, heading.epoch, heading.seq};
  ++unwritten_;
  if (finding != recovery::Finding::applied && fold_.count(finding) <= findings_told) {
    task_.log.warn("an event in the log does not fit what came before it, and is passed over",
                   {{"offset", heading.offset}, {"key", record.key}, {"finding", recovery::name(finding)}});
  }
}

Started Replay::write(const engine::Store::Checkpoint& reaches, const std::string& opening) {
  using Applied = engine::Store::Applied;
  if (reaches == written_) return std::nullopt;
  const recovery::Fold::Changes& changes = fold_.changes();
  const auto applied = redis_.write({.follows = written_,
                                     .reaches = reaches,
                                     .orders = changes.orders,
                                     .stock = changes.stock,
                                     .opening = opening,
                                     .fence = task_.epoch},
                                    task_.keep);
  if (!applied) return Refusal{ExitCode::service_missing, redis_.error()};
  if (*applied == Applied::fenced)
    return Refusal{ExitCode::replaced, "another engine has opened the topic since, and fenced Redis"};
  if (*applied == Applied::elsewhere)
    return Refusal{ExitCode::failure, "Redis has lost writes while the log was replayed", true};
  fold_.written();
  written_ = reaches;
  unwritten_ = 0;
  return std::nullopt;
}

void Replay::report() const {
  for (std::size_t i = 0; i < recovery::findings; ++i) {
    const auto finding = static_cast<recovery::Finding>(i);
    if (finding == recovery::Finding::applied || fold_.count(finding) <= findings_told) continue;
    task_.log.warn("events in the log that do not fit",
                   {{"finding", recovery::name(finding)}, {"events", fold_.count(finding)}});
  }
}

}  // namespace edge
