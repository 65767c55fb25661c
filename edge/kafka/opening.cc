#include "edge/kafka/opening.h"

#include <algorithm>
#include <utility>

#include "edge/kafka/topic.h"
#include "edge/kafka/topic_watch.h"

namespace kafka {
namespace {

using Outcome = Opening::Outcome;

constexpr engine::Duration slice = std::chrono::milliseconds{100};

/// One opening, step by step; each step says whether to go on.
class Steps {
 public:
  Steps(Producer& producer, const codec::CloudEvents& events, const std::string& engine_id,
        const engine::StartLog::Request& request)
      : producer_(producer),
        settings_(producer.settings()),
        events_(events),
        engine_id_(engine_id),
        request_(request),
        deadline_(std::chrono::steady_clock::now() + settings_.start_deadline),
        tail_(settings_, events.style().type_prefix, request.begin) {}

  Opening run() {
    if (prepare() && find_checkpoint() && announce()) read_to_opening();
    return std::move(opening_);
  }

 private:
  bool prepare();
  bool find_checkpoint();
  bool announce();
  void read_to_opening();

  bool refuse(Outcome outcome, std::string text) {
    opening_.outcome = outcome;
    opening_.text = std::move(text);
    return false;
  }
  bool late(const std::string& what) {
    std::string error = tail_.last_error();
    if (error.empty()) error = producer_.client().last_error();
    return refuse(Outcome::unreachable, "Kafka at " + settings_.brokers + ": " + what + " in time" +
                                            (error.empty() ? "" : ": " + error));
  }
  bool in_time() const { return std::chrono::steady_clock::now() < deadline_ && !request_.told_to_stop(); }
  std::string topic() const { return "topic \"" + settings_.topic + "\""; }

  Producer& producer_;
  const Settings& settings_;
  const codec::CloudEvents& events_;
  const std::string& engine_id_;
  const engine::StartLog::Request& request_;
  const Deadline deadline_;
  Tail tail_;
  int partitions_ = 1;
  Opening opening_;
};

bool Steps::prepare() {
  TopicCheck check = prepare_topic(producer_.client(), deadline_, request_.told_to_stop);
  opening_.warnings = std::move(check.warnings);
  partitions_ = check.partitions;
  if (check.outcome == TopicCheck::Outcome::good) return true;
  return refuse(check.outcome == TopicCheck::Outcome::wrong ? Outcome::wrong_topic : Outcome::unreachable,
                std::move(check.text));
}

/// Before anything is written.
bool Steps::find_checkpoint() {
  Tail::Judged judged = tail_.judge(deadline_, request_.told_to_stop);
  if (!judged.warning.empty()) opening_.warnings.push_back(std::move(judged.warning));
  if (judged.outcome != Outcome::good) return refuse(judged.outcome, std::move(judged.text));
  if (partitions_ == 1) return true;
  // Ours was raised to that, which nobody can take back: partition 0 is as it was.
  std::string text = several_partitions(settings_.topic, partitions_);
  if (!judged.ours) {
    return refuse(Outcome::wrong_topic,
                  text +
                      ". Nothing on it is this engine's: name another topic in kafka.topic (a missing one "
                      "is created, with one partition)");
  }
  opening_.warnings.push_back(std::move(text));
  return true;
}

bool Steps::announce() {
  producer_.opened_as(events_, request_.opening_id, engine_id_);
  const codec::CloudEvents::Opening opening{.opening_id = request_.opening_id,
                                            .engine_id = engine_id_,
                                            .checkpoint = request_.begin.checkpoint,
                                            .after = -1,
                                            .at = request_.at};
  if (kafka::announce(producer_.connection(), events_, opening, [this] { return in_time(); })) return true;
  if (!producer_.fatal_error().empty()) {
    return refuse(Outcome::unreachable, "Kafka at " + settings_.brokers + " did not take EpochStarted: " +
                                            std::string{producer_.fatal_error()});
  }
  return late("EpochStarted was not acknowledged");
}

void Steps::read_to_opening() {
  ReadRecord record;
  tape::Reading reading{};
  // A long log takes its time; the deadline is for one that does not come.
  Deadline now = std::chrono::steady_clock::now();
  Deadline deadline = now + settings_.start_deadline;
  Deadline ask_at = now;
  for (; now < deadline; now = std::chrono::steady_clock::now()) {
    if (now >= ask_at) {  // asking the system for every record would cost as much as reading it
      if (request_.told_to_stop()) break;
      ask_at = now + slice;
    }
    switch (tail_.next(slice, record, reading)) {
      case Reader::ReadStatus::record:
        deadline = now + settings_.start_deadline;
        if (request_.progress) request_.progress(record.heading.offset);
        if (reading != tape::Reading::opened || record.heading.opening_id != request_.opening_id) break;
        opening_.epoch = record.heading.offset;
        opening_.outcome = Outcome::good;
        return;
      case Reader::ReadStatus::no_offset:
        refuse(Outcome::wrong_topic, topic() + " lost records while it was being read");
        return;
      case Reader::ReadStatus::end:  // our opening shows up in a moment
      case Reader::ReadStatus::no_topic:
      case Reader::ReadStatus::nothing:
        break;
    }
  }
  late("EpochStarted could not be read back");
}

}  // namespace

Opening open_log(Producer& producer, const codec::CloudEvents& events, const std::string& engine_id,
                 const engine::StartLog::Request& request) {
  return Steps(producer, events, engine_id, request).run();
}

}  // namespace kafka
