#include "edge/kafka/request_reader.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "edge/kafka/client.h"
#include "edge/kafka/reader.h"
#include "edge/kafka/topic.h"

namespace kafka {
namespace {

using namespace std::chrono_literals;

constexpr engine::Duration slice = 100ms;  // how soon a stop is noticed
constexpr auto pause_between_attempts = 500ms;
constexpr auto bounds_patience = 1s;
constexpr int error = 3, warning = 4;  // as in syslog

Settings with_topic(Settings settings, std::string topic) {
  settings.topic = std::move(topic);
  return settings;
}

}  // namespace

RequestReader::RequestReader(Settings settings, std::string topic, std::string type_prefix,
                             runtime::Parker& reactor)
    : settings_(with_topic(std::move(settings), std::move(topic))),
      parser_(std::move(type_prefix)),
      reactor_(reactor) {}

RequestReader::~RequestReader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  room_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RequestReader::start(tape::Offset from) {
  taken_to_ = read_to_ = from;
  thread_ = std::thread([this, from] { run(from); });
}

std::size_t RequestReader::take(std::size_t count, std::vector<engine::Request>& out) {
  // acquire: pairs with the release in add().
  if (!news_.load(std::memory_order_relaxed) || !news_.exchange(false, std::memory_order_acquire)) return 0;
  std::size_t taken = 0;
  {
    const std::lock_guard lock(mutex_);
    for (; taken < count && !waiting_.empty(); ++taken) {
      waiting_bytes_ -= waiting_.front().bytes;
      out.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    taken_to_ = waiting_.empty() ? read_to_ : waiting_.front().offset;
    if (!waiting_.empty()) news_.store(true, std::memory_order_relaxed);
  }
  if (taken > 0) room_.notify_one();
  return taken;
}

// --- On its own thread.

void RequestReader::run(tape::Offset from) {
  while (!stopping() && !prepare()) wait_a_moment();
  while (!stopping()) {
    read(from);
    {
      const std::lock_guard lock(mutex_);
      from = read_to_;
    }
    wait_a_moment();
  }
}

bool RequestReader::prepare() {
  Client client(settings_);
  if (auto created = client.create(Client::Role::producer); !created.ok()) {
    say(error, "requests: " + std::move(created).error());
    return false;
  }
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  TopicCheck check = prepare_topic(client, deadline, [this] { return stopping(); });
  using Outcome = TopicCheck::Outcome;
  if (stopping()) return false;
  if (!check.text.empty()) say(check.outcome == Outcome::wrong ? warning : error, "requests: " + check.text);
  if (check.partitions > 1)
    say(error, "requests: topic \"" + settings_.topic + "\" has " + std::to_string(check.partitions) +
                   " partitions: only the first is read");
  return check.outcome != Outcome::unreachable;  // compacted or trimmed, requests may be lost; events are not
}

void RequestReader::read(tape::Offset from) {
  Reader reader(settings_);
  if (auto started = reader.start(from); !started.ok())
    return say(error, "requests: " + std::move(started).error());
  engine::LogRecord record;
  while (!stopping()) {
    switch (reader.next(slice, record)) {
      case engine::ReadStatus::record:
        add(record);
        break;
      case engine::ReadStatus::no_offset: {
        const Reader::Bounds bounds = reader.bounds(bounds_patience);
        if (bounds.first < 0) return;
        say(warning, "requests: topic \"" + settings_.topic + "\" does not have offset " +
                         std::to_string(from) + ", up to which they were read: from " +
                         std::to_string(bounds.first) + " on");
        const std::lock_guard lock(mutex_);
        read_to_ = bounds.first;
        news_.store(true, std::memory_order_release);
        return;
      }
      case engine::ReadStatus::no_topic:
        return;
      case engine::ReadStatus::end:
      case engine::ReadStatus::nothing:
        break;
    }
  }
}

void RequestReader::add(const engine::LogRecord& record) {
  const tape::Heading& heading = record.heading;
  const bool event = heading.epoch_started || heading.epoch >= 0;  // of an engine
  engine::Request request;
  if (!event) request = parser_.parse(heading.offset, record.value, record.headers);
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] {
      return stopping() || (waiting_.size() < waiting_max && waiting_bytes_ < waiting_bytes);
    });
    if (stopping()) return;
    read_to_ = heading.offset + 1;
    if (!event) {
      waiting_bytes_ += request.bytes;
      waiting_.push_back(std::move(request));
    }
    news_.store(true, std::memory_order_release);  // pairs with take()
  }
  if (!event) reactor_.signal();
}

void RequestReader::wait_a_moment() {
  std::unique_lock lock(mutex_);
  room_.wait_for(lock, pause_between_attempts, [this] { return stopping(); });
}

void RequestReader::say(int level, const std::string& line) const {
  if (settings_.log) settings_.log(level, line);
}

}  // namespace kafka
