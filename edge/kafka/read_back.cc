#include "edge/kafka/read_back.h"

#include <chrono>
#include <utility>

#include "edge/kafka/reader.h"

namespace kafka {
namespace {

constexpr engine::Duration slice = std::chrono::milliseconds{100};  // how soon a stop is noticed
constexpr std::chrono::seconds patience{10};                        // with one question

}  // namespace

ReadBackRule::ReadBackRule(const tape::Place& released, std::uint64_t up_to, std::string opening_id,
                           std::vector<tape::Offset>& offsets)
    : released_(released),
      up_to_(up_to),
      opening_id_(std::move(opening_id)),
      offsets_(offsets),
      rule_(released.epoch, released.seq) {
  offsets_.clear();
}

bool ReadBackRule::read(const tape::Heading& heading) {
  if (first_) {
    first_ = false;
    const bool there = released_.seq == 0 ? heading.epoch_started && heading.opening_id == opening_id_
                                          : heading.epoch == released_.epoch && heading.seq == released_.seq;
    answer_.lost = heading.offset != released_.offset || !there;
    return answer_.lost;
  }
  if (heading.epoch_started && heading.opening_id == opening_id_) return false;
  switch (rule_.read(heading)) {
    case tape::Reading::apply:
      offsets_.push_back(heading.offset);
      return rule_.next_seq() > up_to_;
    case tape::Reading::opened:
      answer_.replaced = true;
      return true;
    case tape::Reading::behind_hole:
      answer_.missing = true;
      return true;
    case tape::Reading::copy_of_opening:
    case tape::Reading::opened_nothing:
    case tape::Reading::other_epoch:
    case tape::Reading::doubled:
    case tape::Reading::request:
      return false;
  }
  return false;
}

engine::Log::ReadBack ReadBackRule::answer() const {
  engine::Log::ReadBack answer = answer_;
  answer.offsets = offsets_;
  answer.failed = !answer.lost && !answer.replaced && !answer.missing && rule_.next_seq() <= up_to_;
  return answer;
}

ReadBackThread::ReadBackThread(const Settings& settings, std::string type_prefix, runtime::Parker& asker)
    : settings_(settings), type_prefix_(std::move(type_prefix)), asker_(asker) {}

ReadBackThread::~ReadBackThread() {
  stopping_.store(true, std::memory_order_relaxed);  // noticed within a slice
  if (thread_.joinable()) thread_.join();
}

void ReadBackThread::ask(const tape::Place& released, std::uint64_t up_to, const std::string& opening_id) {
  if (thread_.joinable()) thread_.join();  // it has answered, so this does not wait
  thread_ = std::thread([this, released, up_to, opening_id] {
    answer_ = read(released, up_to, opening_id);
    answered_.store(true, std::memory_order_release);  // pairs with take()
    asker_.signal();
  });
}

std::optional<engine::Log::ReadBack> ReadBackThread::take() {
  if (!answered_.load(std::memory_order_acquire)) return std::nullopt;  // pairs with ask()'s thread
  answered_.store(false, std::memory_order_relaxed);
  return answer_;
}

engine::Log::ReadBack ReadBackThread::read(const tape::Place& released, std::uint64_t up_to,
                                           const std::string& opening_id) {
  ReadBackRule rule(released, up_to, opening_id, offsets_);
  Reader reader(settings_, type_prefix_);
  if (!reader.start(released.offset).empty()) return rule.answer();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  ReadRecord record;
  while (!stopping_.load(std::memory_order_relaxed) && std::chrono::steady_clock::now() < deadline) {
    switch (reader.next(slice, record)) {
      case Reader::Found::record:
        if (rule.read(record.heading)) return rule.answer();
        break;
      case Reader::Found::no_offset: {
        engine::Log::ReadBack answer;
        answer.lost = true;
        return answer;
      }
      case Reader::Found::end:
      case Reader::Found::no_topic:
        return rule.answer();
      case Reader::Found::nothing:
        break;
    }
  }
  return rule.answer();
}

}  // namespace kafka
