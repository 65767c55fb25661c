#include "edge/verify/verify.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <utility>

#include "engine/limits.h"
#include "engine/recovery/fingerprint.h"

namespace verify {
namespace {

using Steady = std::chrono::steady_clock;
using tape::Reading;

constexpr engine::Duration slice = std::chrono::milliseconds{100};

}  // namespace

Verify::Result Verify::run() {
  auto loaded = redis_.load();
  if (!loaded) return redis_failed();
  begin_ = std::move(*loaded);
  if (!load_references()) return redis_failed();
  if (begin_.checkpoint.offset >= 0) {
    std::string wrong =
        recovery::compare_fingerprint(begin_.fingerprint, task_.kafka.topic, task_.type_prefix);
    if (!wrong.empty()) findings_.add(Kind::checkpoint, std::move(wrong));
  }
  if (begin_.checkpoint.offset < 0) {  // nothing of the log is there, and so nothing may be
    if (Result held = compare_at_checkpoint(); !held.ok()) return held;
  }
  if (Result first = read([this](const kafka::ReadRecord& record) {
        note_mail_asked_for(record);
        return Result{};
      });
      !first.ok())
    return first;
  last_ = -1;
  if (Result second = read([this](const kafka::ReadRecord& record) { return take(record); }); !second.ok())
    return second;
  if (!compared_ && whole()) {
    findings_.add(Kind::checkpoint, fmt::format("Redis has reached offset {}, and the topic ends at {}",
                                                begin_.checkpoint.offset, last_));
  }
  close();
  if (!look_whether_moved()) return redis_failed();
  return {};
}

/// Whether it counts is asked later: one that does not costs an order's memory.
void Verify::note_mail_asked_for(const kafka::ReadRecord& record) {
  last_ = record.heading.offset;
  const std::string wanted = task_.type_prefix + std::string{saga::name(saga::EventKind::MailRequested)};
  if (record.heading.type != wanted) return;
  if (const auto id = saga::OrderId::parse(record.key)) mail_asked_for_.try_emplace(*id);
}

void Verify::drop_ended() {
  fold_.written([this](tape::OwnedRecord ended) {
    const auto at = mail_asked_for_.find(ended->order.id);
    if (at != mail_asked_for_.end()) at->second = std::move(ended);
  });
  unwritten_ = 0;
}

Verify::Result Verify::read(const std::function<Result(const kafka::ReadRecord&)>& take) {
  kafka::Reader reader(task_.kafka);
  if (auto started = reader.start(kafka::Reader::beginning); !started.ok())
    return Setback{Setback::Kind::unreachable, std::move(started).error()};
  const auto late = [&] {
    return Setback{Setback::Kind::unreachable,
                   fmt::format("Kafka at {}: the topic \"{}\" could not be read in time: {}",
                               task_.kafka.brokers, task_.kafka.topic, reader.last_error())};
  };
  // Beside an engine at work the topic never ends by itself.
  const auto [first, end] = reader.bounds(task_.kafka.start_deadline);
  if (first < 0) return late();
  first_ = first;
  if (first_ == end) return {};
  kafka::ReadRecord record;
  Steady::time_point now = Steady::now();
  Steady::time_point deadline = now + task_.kafka.start_deadline;
  for (; now < deadline; now = Steady::now()) {
    switch (reader.next(slice, record)) {
      case kafka::Reader::ReadStatus::record:
        deadline = now + task_.kafka.start_deadline;
        if (record.heading.offset >= end) return {};
        if (Result held = take(record); !held.ok()) return held;
        if (last_ + 1 == end) return {};
        break;
      case kafka::Reader::ReadStatus::end:
        return {};
      case kafka::Reader::ReadStatus::no_offset:
        return Setback{
            Setback::Kind::failed,
            fmt::format("the topic \"{}\" was trimmed, or lost records, while it was being read: try again",
                        task_.kafka.topic)};
      case kafka::Reader::ReadStatus::no_topic:
      case kafka::Reader::ReadStatus::nothing:
        break;
    }
  }
  return late();
}

Verify::Result Verify::take(const kafka::ReadRecord& record) {
  const tape::Heading& heading = record.heading;
  ++records_;
  last_ = heading.offset;
  const Reading reading = rule_.read(heading);
  ++count(reading);
  if (reading == Reading::unopened && whole()) {
    findings_.add(Kind::chain,
                  fmt::format("an event of epoch {}, type \"{}\", and no EpochStarted before it, "
                              "offset {}",
                              heading.epoch, heading.type, heading.offset));
  }
  // Behind the record of the checkpoint nothing is compared any more; one that is not there was passed over.
  if (whole() && !compared_ && heading.offset >= begin_.checkpoint.offset) {
    const bool there = heading.offset == begin_.checkpoint.offset;
    if (there && reading == Reading::apply) fold(record);
    compare_checkpoint(heading, reading);
    if (Result held = compare_at_checkpoint(); !held.ok()) return held;
    if (there) return {};
  }
  if (reading != Reading::apply) return {};
  fold(record);
  ahead_ += compared_ ? 1 : 0;
  if (!chunk_is_full()) return {};
  if (whole() && !compared_ && !compare_ended()) return redis_failed();
  drop_ended();
  return {};
}

bool Verify::chunk_is_full() const {
  return unwritten_ >= engine::limits::store_batch_events ||
         fold_.changed_bytes() >= engine::limits::store_batch_bytes;
}

void Verify::fold(const kafka::ReadRecord& record) {
  const codec::EventRead* event = events_.parse(record.value, record.headers);
  const tape::Offset offset = record.heading.offset;
  if (event != nullptr && fold_.wants_back(*event)) {
    const auto at = mail_asked_for_.find(event->order);
    if (at != mail_asked_for_.end() && at->second != nullptr) fold_.take_back(at->second.release());
  }
  const recovery::Finding finding = fold_.fold(event, offset);
  ++unwritten_;
  const bool unknown = finding == recovery::Finding::stranger || finding == recovery::Finding::unkept;
  if (unknown && !whole()) {
    ++from_before_;  // its beginning is not in the log any more
    ledger_.take(*event, nullptr, offset);
    return;
  }
  if (finding != recovery::Finding::applied) {
    findings_.add(Kind::chain,
                  recovery::explain(finding, offset, record.key, record.heading.type, task_.type_prefix));
    return;
  }
  const bool of_order = event->kind != saga::EventKind::StockSet;
  const tape::Record* order = of_order ? fold_.find(event->order) : nullptr;
  ledger_.take(*event, order, offset);
  if (order == nullptr) return;
  if (event->placed != nullptr) {
    ++placed_;
    note_placed(order->order, offset);
  }
  if (saga::ended(order->status) && !event->mail_again) ++statuses_[static_cast<std::size_t>(order->status)];
}

void Verify::close() {
  drop_ended();
  const std::vector<tape::Record*> unfinished = fold_.release_orders();
  for (const tape::Record* record : unfinished) {
    if (!saga::mailing_again(record->status)) ++statuses_[static_cast<std::size_t>(record->status)];
  }
  ledger_.balance(unfinished);
  for (tape::Record* record : unfinished) fold_.take(record);
}

std::string Verify::report() const {
  std::string text = findings_.text();
  const auto line = [&text](std::string_view what, const std::string& how) {
    text += fmt::format("{}: {}\n", what, how);
  };
  line("records", records_ == 0 ? "0" : fmt::format("{}, offset {} to {}", records_, first_, last_));
  if (!whole()) {
    line("note",
         fmt::format("the topic does not begin at offset 0: only the log is verified, and that from its "
                     "first EpochStarted on; {} events are of orders from before",
                     from_before_));
  }
  line("epochs",
       fmt::format("{}, copies of openings {}, openings that opened nothing {}", count(Reading::opened),
                   count(Reading::copy_of_opening), count(Reading::opened_nothing)));
  line("applied", fmt::format("{}", count(Reading::apply)));
  line("doubled", fmt::format("{}", count(Reading::doubled)));
  line("other epochs", fmt::format("{}", count(Reading::other_epoch) + count(Reading::unopened)));
  line("behind holes", fmt::format("{}", count(Reading::behind_hole)));
  line("requests", fmt::format("{}", count(Reading::request)));
  std::map<std::string_view, std::uint64_t> statuses;  // two states share one
  for (std::size_t i = 0; i < saga::states; ++i)
    statuses[saga::name(static_cast<saga::State>(i))] += statuses_[i];
  std::string orders = fmt::format("{} placed", placed_);
  for (const auto& [status, count] : statuses) {
    if (count > 0) orders += fmt::format(", {} {}", count, status);
  }
  line("orders", orders);
  line("skus", fmt::format("{}", ledger_.skus()));
  for (const auto& entry : ledger_.money()) {
    const Ledger::Money& money = entry.second;
    const auto show = [&money](std::int64_t minor) { return show_money(minor, money.currency); };
    line("money", fmt::format("captured {}, refunded {}; completed orders {}, charged and under way {}",
                              show(money.captured), show(money.refunded), show(money.completed),
                              show(money.under_way)));
  }
  if (whole())
    line("redis",
         fmt::format("at offset {}, {} events of the log behind; {} documents compared, {} not kept any "
                     "more, {} looked up by their reference, {} skus that the log does not know",
                     begin_.checkpoint.offset, ahead_, documents_, expired_, references_, only_in_redis_));
  if (moved_) return text + "not verified: Redis moved on while it was read: stop the engine, or try again\n";
  const std::uint64_t found = findings_.count();
  return text + (found == 0 ? "verified: no findings\n" : fmt::format("verified: {} findings\n", found));
}

}  // namespace verify
