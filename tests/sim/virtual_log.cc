#include "tests/sim/virtual_log.h"

#include <algorithm>
#include <utility>

#include "edge/kafka/read_back.h"
#include "tests/sim/allocations.h"

namespace sim {

VirtualLog::VirtualLog(Partition& partition, Faults& faults, Random& random, std::int64_t epoch,
                       std::string opening_id)
    : partition_(partition),
      faults_(faults),
      random_(random),
      epoch_(epoch),
      opening_id_(std::move(opening_id)) {}

VirtualLog::~VirtualLog() = default;

bool VirtualLog::produce(const Message& message) {
  const Uncounted guard;
  if (sent_.size() >= queue_max) return false;
  // Reports of what fills the queue make the journal come again.
  if (!sent_.empty() && faults_.strikes(Fault::log_queue_full)) return false;
  sent_.push_back({std::string{message.key}, std::string{message.value}, message.seq});
  ++produced_;
  return true;
}

std::size_t VirtualLog::reports(std::span<Report> out) {
  const Uncounted guard;
  const std::size_t count = std::min(out.size(), reports_.size());
  std::copy_n(reports_.begin(), count, out.begin());
  reports_.erase(reports_.begin(), reports_.begin() + static_cast<std::ptrdiff_t>(count));
  for (const Report& report : out.first(count)) tell(report.seq);
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

int VirtualLog::turn() {
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
      answer_read_back();
  }
  return 1;
}

int VirtualLog::turn_calmly() {
  const auto work = static_cast<int>(sent_.size() + due_.size());
  write(sent_.size());
  report(due_.size());
  return work + (answer_read_back() ? 1 : 0);
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
    const Sent& next = sent_.front();
    const tape::Offset offset = partition_.append(next.key, next.value);
    if (faults_.strikes(Fault::record_doubled)) partition_.append(next.key, next.value);
    const bool placeless = faults_.strikes(Fault::report_placeless);
    due_.push_back({.seq = next.seq, .offset = placeless ? tape::Offset{-1} : offset});
    sent_.pop_front();
  }
}

/// Everything that a partition may hold beside the records of its one valid engine.
void VirtualLog::write_of_others() {
  if (faults_.strikes(Fault::stranger_text)) partition_.append("", "hello, is this thing on?");
  if (faults_.strikes(Fault::offset_unoccupied)) partition_.skip_offset();
  if (faults_.strikes(Fault::opening_copied)) {
    const Partition::Entry& opening = partition_.at(epoch_);
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
  if (headings_ == nullptr) headings_ = std::make_unique<kafka::HeadingParser>("");
  kafka::ReadBackRule rule(
      {.released = question_->released, .up_to = question_->up_to, .opening_id = opening_id_}, offsets_);
  for (tape::Offset offset = question_->released.offset; offset < partition_.end(); ++offset) {
    const Partition::Entry& entry = partition_.at(offset);
    if (entry.occupied && rule.read(headings_->parse(offset, entry.value, {}))) break;
    if (faults_.strikes(Fault::read_back_cut_short)) break;
  }
  answer_ = rule.answer();
  for (std::size_t i = 0; i < offsets_.size(); ++i) tell(question_->released.seq + 1 + i);
  question_.reset();
  return true;
}

}  // namespace sim
