#include "edge/kafka/opening.h"

#include <algorithm>
#include <array>
#include <optional>
#include <thread>
#include <utility>

#include "edge/kafka/topic.h"
#include "engine/tape/reader_rule.h"

namespace kafka {
namespace {

using Outcome = Opening::Outcome;

constexpr engine::Duration slice = std::chrono::milliseconds{100};
constexpr std::chrono::milliseconds report_pause{1};  // nobody signals main's thread

/// One opening, step by step; each step says whether to go on.
class Steps {
 public:
  Steps(Producer& producer, const CloudEvents& events, const OpeningRequest& request,
        const ValidRecord& valid)
      : producer_(producer),
        settings_(producer.settings()),
        events_(events),
        request_(request),
        valid_(valid),
        deadline_(std::chrono::steady_clock::now() + settings_.start_deadline),
        reader_(settings_, producer.type_prefix()),
        rule_(request.checkpoint.offset >= 0
                  ? tape::ReaderRule(request.checkpoint.epoch, request.checkpoint.seq)
                  : tape::ReaderRule()) {}

  Opening run() {
    if (prepare() && find_checkpoint() && announce()) read_to_opening();
    return std::move(opening_);
  }

 private:
  bool prepare();
  bool find_checkpoint();
  bool judge_first(const ReadRecord& record);
  bool checkpoint_gone();
  bool announce();
  void read_to_opening();
  bool take(const ReadRecord& record);

  bool refuse(Outcome outcome, std::string text) {
    opening_.outcome = outcome;
    opening_.text = std::move(text);
    return false;
  }
  bool late(const std::string& what) {
    std::string error = reader_.last_error();
    if (error.empty()) error = producer_.client().last_error();
    return refuse(Outcome::unreachable, "Kafka at " + settings_.brokers + ": " + what + " in time" +
                                            (error.empty() ? "" : ": " + error));
  }
  bool in_time() const { return std::chrono::steady_clock::now() < deadline_; }
  std::string topic() const { return "topic \"" + settings_.topic + "\""; }

  Producer& producer_;
  const Settings& settings_;
  const CloudEvents& events_;
  const OpeningRequest& request_;
  const ValidRecord& valid_;
  const Deadline deadline_;
  Reader reader_;
  tape::ReaderRule rule_;
  Opening opening_;
};

bool Steps::prepare() {
  TopicCheck check = prepare_topic(producer_.client(), deadline_);
  opening_.warnings = std::move(check.warnings);
  if (check.outcome == TopicCheck::Outcome::good) return true;
  return refuse(check.outcome == TopicCheck::Outcome::wrong ? Outcome::wrong_topic : Outcome::unreachable,
                std::move(check.text));
}

/// Reads the record at the checkpoint, or without one the first there is, before anything is written.
bool Steps::find_checkpoint() {
  const tape::Offset from = request_.checkpoint.offset >= 0 ? request_.checkpoint.offset : Reader::beginning;
  if (std::string error = reader_.start(from); !error.empty()) return refuse(Outcome::unreachable, error);
  ReadRecord record;
  while (in_time()) {
    switch (reader_.next(slice, record)) {
      case Reader::Found::record:
        return judge_first(record);
      case Reader::Found::end:
        if (request_.checkpoint.offset < 0) return true;  // an empty topic
        return refuse(Outcome::wrong_topic,
                      topic() + " ends before offset " + std::to_string(request_.checkpoint.offset) +
                          ", which Redis has reached: it is another topic, or was truncated or recreated. "
                          "Point kafka.topic and redis.url at two that belong together");
      case Reader::Found::no_offset:
        return checkpoint_gone();
      case Reader::Found::no_topic:
      case Reader::Found::nothing:
        break;
    }
  }
  return late("its records could not be read");
}

bool Steps::judge_first(const ReadRecord& record) {
  const tape::Heading& heading = record.heading;
  const engine::Store::Checkpoint& checkpoint = request_.checkpoint;
  if (checkpoint.offset < 0) {
    if (heading.offset == 0) return take(record), true;
    return refuse(Outcome::wrong_topic, topic() + " has lost what lay below offset " +
                                            std::to_string(heading.offset) +
                                            ", and Redis holds no state: orders cannot be rebuilt. Restore "
                                            "Redis, or name an empty topic in kafka.topic");
  }
  const bool the_one =
      heading.offset == checkpoint.offset &&
      (checkpoint.seq == 0 ? heading.epoch_started && heading.offset == checkpoint.epoch
                           : heading.epoch == checkpoint.epoch && heading.seq == checkpoint.seq);
  if (the_one) {
    // So that a copy of this EpochStarted, should there be one, opens nothing.
    if (heading.epoch_started) (rule_ = {}).read(heading);
    return true;
  }
  return refuse(Outcome::wrong_topic,
                topic() + " has another record at offset " + std::to_string(checkpoint.offset) +
                    " than the one Redis has applied (epoch " + std::to_string(checkpoint.epoch) + ", seq " +
                    std::to_string(checkpoint.seq) +
                    "): it is another topic, or was recreated. Point kafka.topic and redis.url at two that "
                    "belong together");
}

/// The topic has no such offset: trimmed by retention, with or without something missing, or too short.
bool Steps::checkpoint_gone() {
  const tape::Offset checkpoint = request_.checkpoint.offset;
  const tape::Offset first = reader_.first_offset(std::chrono::seconds{5});
  if (first < 0) return late("the first offset of its topic could not be learned");
  if (first == checkpoint + 1) {
    opening_.warnings.push_back(topic() + " was trimmed right behind the checkpoint: nothing is missing");
    const std::string error = reader_.start(first);
    return error.empty() || refuse(Outcome::unreachable, error);
  }
  if (first > checkpoint) {
    return refuse(Outcome::wrong_topic, topic() + " begins at offset " + std::to_string(first) +
                                            ", behind what Redis has reached (" + std::to_string(checkpoint) +
                                            "): events in between were trimmed before they were applied");
  }
  return refuse(Outcome::wrong_topic, topic() + " ends before offset " + std::to_string(checkpoint) +
                                          ", which Redis has reached: it was truncated or recreated. Point "
                                          "kafka.topic and redis.url at two that belong together");
}

bool Steps::announce() {
  std::string text;
  const Rendered event = events_.render(text, {.opening_id = request_.opening_id,
                                               .engine_id = request_.engine_id,
                                               .checkpoint = request_.checkpoint,
                                               .after = -1,
                                               .at = request_.at});
  const RecordHeaders headers = events_.headers(event);
  producer_.opened_as(request_.opening_id);
  const bool taken =
      producer_.produce({.key = {}, .value = events_.value(event), .headers = headers.view(), .seq = 0});
  std::array<engine::Log::Report, 1> report;
  while (taken && in_time() && producer_.fatal_error().empty()) {
    // Its offset is not trusted: the epoch is learned by reading.
    if (producer_.reports(report) == 1) return true;
    std::this_thread::sleep_for(report_pause);
  }
  if (!producer_.fatal_error().empty()) {
    return refuse(Outcome::unreachable, "Kafka at " + settings_.brokers + " did not take EpochStarted: " +
                                            std::string{producer_.fatal_error()});
  }
  return late("EpochStarted was not acknowledged");
}

/// True at our own opening.
bool Steps::take(const ReadRecord& record) {
  const tape::Reading reading = rule_.read(record.heading);
  if (reading == tape::Reading::opened && record.heading.opening_id == request_.opening_id) {
    opening_.epoch = record.heading.offset;
    return true;
  }
  if (reading == tape::Reading::apply) {
    ++opening_.valid_records;
    if (valid_) valid_(record);
  }
  return false;
}

void Steps::read_to_opening() {
  ReadRecord record;
  while (in_time()) {
    switch (reader_.next(slice, record)) {
      case Reader::Found::record:
        if (!take(record)) break;
        opening_.outcome = Outcome::opened;
        return;
      case Reader::Found::no_offset:
        refuse(Outcome::wrong_topic, topic() + " lost records while it was being read");
        return;
      case Reader::Found::end:  // our opening shows up in a moment
      case Reader::Found::no_topic:
      case Reader::Found::nothing:
        break;
    }
  }
  late("EpochStarted could not be read back");
}

}  // namespace

Opening open_log(Producer& producer, const CloudEvents& events, const OpeningRequest& request,
                 const ValidRecord& valid) {
  return Steps(producer, events, request, valid).run();
}

}  // namespace kafka
