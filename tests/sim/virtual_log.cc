#include "tests/sim/virtual_log.h"

#include <algorithm>
#include <utility>

#include "tests/sim/allocations.h"
#include "tests/sim/violation.h"

namespace sim {

VirtualLog::VirtualLog(Partition& partition, Stragglers& stragglers, Faults& faults, Random& random,
                       std::int64_t epoch, std::string opening_id)
    : partition_(partition),
      faults_(faults),
      random_(random),
      stragglers_(stragglers),
      epoch_(epoch),
      opening_id_(std::move(opening_id)) {}

VirtualLog::~VirtualLog() { leave_wire(); }

bool VirtualLog::produce(const Message& message) {
  const Uncounted guard;
  require(!reopening_ && !reopened_, "produced while the log is being reopened");
  if (!fatal_.empty() || sent_.size() >= queue_max) return false;
  // Reports of what fills the queue make the journal come again.
  if (!sent_.empty() && faults_.strikes(Fault::log_queue_full)) return false;
  sent_.push_back({{std::string{message.key}, std::string{message.value}}, message.seq, message.generation});
  ++produced_;
  return true;
}

std::size_t VirtualLog::reports(std::span<Report> out) {
  const Uncounted guard;
  const std::size_t count = std::min(out.size(), reports_.size());
  std::copy_n(reports_.begin(), count, out.begin());
  reports_.erase(reports_.begin(), reports_.begin() + static_cast<std::ptrdiff_t>(count));
  for (const Report& report : out.first(count)) {
    if (report.generation == generation_) tell(report.seq);
  }
  return count;
}

void VirtualLog::tell(std::uint64_t seq) {
  if (told_seqs_.size() <= seq) told_seqs_.resize(seq + 64);
  told_seqs_[seq] = true;
  while (told_ + 1 < told_seqs_.size() && told_seqs_[told_ + 1]) ++told_;
}

void VirtualLog::read_back(const Place& released, std::uint64_t up_to) {
  ++read_backs_;
  question_ = {released, up_to};
}

std::optional<engine::Log::ReadBack> VirtualLog::read_back_result() {
  return std::exchange(answer_, std::nullopt);
}

// --- Law 9, as kafka::Producer has it.

void VirtualLog::die() {
  fatal_ = "the producer has died";
  leave_wire();
}

/// Some of what was handed over last has not even left the process.
void VirtualLog::leave_wire() {
  const std::size_t left = random_.below(sent_.size() + 1);
  std::deque<Stragglers::Record> wire;
  for (std::size_t i = 0; i < left; ++i) wire.push_back(std::move(sent_[i].record));
  sent_.clear();
  stragglers_.leave(std::move(wire));
}

void VirtualLog::reopen(const Place& released, engine::Time now) {
  leave_wire();
  if (random_.chance(0.5)) {  // the old one's reports still come
    reports_.insert(reports_.end(), due_.begin(), due_.end());
  } else {
    reports_.clear();
  }
  due_.clear();
  fatal_.clear();
  question_.reset();
  if (next_opening_id_.empty()) next_opening_id_ = opening_id_ + "+";
  reopening_ = {released, now, false};
}

bool VirtualLog::reopen_step() {
  if (!reopening_) return false;
  const Place& released = reopening_->released;
  if (!reopening_->announced) {
    std::string text;
    events_.render(text, {.opening_id = next_opening_id_,
                          .engine_id = "sim",
                          .checkpoint = {},
                          .after = released.epoch,
                          .at = reopening_->at});
    const bool lost = faults_.strikes(Fault::opening_lost);
    if (!lost || random_.chance(0.5)) partition_.append("", text);
    reopening_->announced = !lost;
    if (lost) reopened_ = {.failed = true}, reopening_.reset();
    return true;
  }
  journal::ReadBackRule rule({.released = released, .opening_id = opening_id_, .end_id = next_opening_id_},
                             offsets_);
  read(rule, released.offset);
  reopened_ = rule.answer_at_end();
  reopened_behind_ = released.seq;
  reopening_.reset();
  return true;
}

std::optional<engine::Log::Reopened> VirtualLog::reopen_result() {
  if (!reopened_) return std::nullopt;
  const Reopened result = *std::exchange(reopened_, std::nullopt);
  if (result.failed || result.replaced || result.lost) return result;
  opening_id_ = std::exchange(next_opening_id_, {});
  epoch_ = result.epoch;
  base_ += reopened_behind_ + result.offsets.size();
  told_ = 0;
  told_seqs_.clear();
  ++generation_;
  return result;
}

void VirtualLog::read(journal::ReadBackRule& rule, tape::Offset from) {
  if (headings_ == nullptr) headings_ = std::make_unique<codec::HeadingParser>();
  // What the engine has read or released may be trimmed at any time, and nothing is missing then.
  if (faults_.strikes(Fault::log_trimmed) && rule.no_offset(from + 1, partition_.end())) ++from;
  for (tape::Offset offset = from; offset < partition_.end(); ++offset) {
    const Partition::Entry& entry = partition_.at(offset);
    if (entry.occupied && rule.read(headings_->parse(offset, entry.value, {}))) break;
    if (faults_.strikes(Fault::read_back_cut_short)) break;
  }
}

// --- The network and the broker.

int VirtualLog::turn() {
  if (fatal_.empty() && !reopening_ && random_.below(100) == 0 && faults_.strikes(Fault::producer_died))
    return die(), 1;
  if (faults_.strikes(Fault::log_stalled)) stalled_ = random_.between(1, 60);
  if (stalled_ > 0) {
    --stalled_;
    return 0;
  }
  switch (random_.below(4)) {
    case 0:
      write(random_.between(1, 8));
      break;
    case 1:
      write(random_.between(1, 3));
      [[fallthrough]];
    case 2:
      report(random_.between(1, 8));
      break;
    default:
      if (!reopen_step()) answer_read_back();
  }
  return 1;
}

int VirtualLog::turn_frozen() {
  write(random_.between(1, 3));
  return 1;
}

int VirtualLog::turn_calmly() {
  const auto work = static_cast<int>(sent_.size() + due_.size());
  write(sent_.size());
  report(due_.size());
  return work + (reopen_step() || answer_read_back() ? 1 : 0);
}

void VirtualLog::acknowledge(std::size_t count) {
  const std::size_t before = due_.size();
  write(count);
  std::shuffle(due_.begin() + static_cast<std::ptrdiff_t>(before), due_.end(), random_);
  report(due_.size());
}

void VirtualLog::write(std::size_t count) {
  for (; count > 0 && !sent_.empty(); --count) {
    write_of_others();
    const auto& [record, seq, generation] = sent_.front();
    const tape::Offset offset = partition_.append(record.key, record.value);
    if (faults_.strikes(Fault::record_doubled)) partition_.append(record.key, record.value);
    const bool placeless = faults_.strikes(Fault::report_placeless);
    due_.push_back({.generation = generation, .seq = seq, .offset = placeless ? tape::Offset{-1} : offset});
    sent_.pop_front();
  }
}

/// Everything that a partition may hold beside the records of its one valid engine.
void VirtualLog::write_of_others() {
  if (faults_.strikes(Fault::stranger_text)) partition_.append("", "hello, is this thing on?");
  if (faults_.strikes(Fault::offset_unoccupied)) partition_.skip_offset();
  if (faults_.strikes(Fault::opening_copied) && !partition_.opened_since(epoch_)) {
    const Partition::Entry opening = partition_.at(epoch_);
    partition_.append(opening.key, opening.value);
  }
  if (faults_.strikes(Fault::opening_of_nothing))
    partition_.append(
        "", R"({"specversion":"1.0","id":"late-)" + std::to_string(partition_.end()) +
                R"(","source":"/saga/engine","type":"EpochStarted","data":{"engineId":"z","after":)" +
                std::to_string(epoch_ - 1) + "}}");
  // The nasty ones look like a real event of an order that is under way.
  const Partition::Entry& some =
      partition_.at(epoch_ + static_cast<tape::Offset>(
                                 random_.below(static_cast<std::uint64_t>(partition_.end() - epoch_))));
  const std::size_t numbered = some.value.find(R"("epoch":")");
  if (numbered == std::string::npos) return;
  const std::size_t data = some.value.find(R"("data":)", numbered);
  if (faults_.strikes(Fault::stranger_request))
    partition_.append(some.key, some.value.substr(0, numbered) + some.value.substr(data));
  if (faults_.strikes(Fault::zombie_record))  // it has numbered its records as we do
    partition_.append(some.key, some.value.substr(0, numbered) + R"("epoch":")" + std::to_string(epoch_ - 5) +
                                    R"(","seq":")" + std::to_string(sent_.front().seq + random_.below(2)) +
                                    R"(",)" + some.value.substr(data));
}

void VirtualLog::report(std::size_t count) {
  if (faults_.strikes(Fault::reports_shuffled)) std::shuffle(due_.begin(), due_.end(), random_);
  const auto end = due_.begin() + static_cast<std::ptrdiff_t>(std::min(count, due_.size()));
  reports_.insert(reports_.end(), due_.begin(), end);
  due_.erase(due_.begin(), end);
}

bool VirtualLog::answer_read_back() {
  if (!question_) return false;
  journal::ReadBackRule rule(
      {.released = question_->released, .up_to = question_->up_to, .opening_id = opening_id_}, offsets_);
  read(rule, question_->released.offset);
  answer_ = rule.answer();
  for (std::size_t i = 0; i < offsets_.size(); ++i) tell(question_->released.seq + 1 + i);
  question_.reset();
  return true;
}

}  // namespace sim
