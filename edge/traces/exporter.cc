#include "edge/traces/exporter.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

#include "edge/traces/collector.h"
#include "engine/ensure.h"

namespace traces {
namespace {

constexpr int error_level = 3;  // as in syslog
constexpr int warning_level = 4;
constexpr int notice_level = 5;
constexpr std::size_t said_bytes_max = 200;

/// Of a collector's answer, for the log.
std::string on_one_line(std::string_view text) {
  std::string line{text.substr(0, said_bytes_max)};
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  }
  return line;
}

}  // namespace

Exporter::Exporter(Settings settings, const runtime::Clock& clock)
    : Spans(clock),
      settings_(std::move(settings)),
      resource_{.version = settings_.version, .instance_id = settings_.engine_id} {
  ENSURE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);  // counted by libcurl, freed by the last
}

Exporter::~Exporter() {
  stop(engine::Duration::zero());
  collector_.reset();
  curl_global_cleanup();
}

engine::Result<> Exporter::start() {
  if (auto checked = check_url(settings_.url); !checked.ok()) return "traces.url: " + checked.error();
  for (const Header& header : settings_.headers) {
    if (auto checked = check_header(header); !checked.ok())
      return "traces.headers." + header.name + ": " + checked.error();
  }
  collector_ = std::make_unique<Collector>(settings_);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    return "no thread for traces: " + error.code().message();
  }
  pthread_setname_np(thread_.native_handle(), "traces");
  return {};
}

/// Wakes nobody: the box looks once an interval, and at once for a batch.
void Exporter::take(std::vector<edge::Span> spans) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || queue_.size() + spans.size() > settings_.queue) return dropped_.add(spans.size());
  const bool had_batch = queue_.size() >= settings_.batch;
  std::move(spans.begin(), spans.end(), std::back_inserter(queue_));
  if (!had_batch && queue_.size() >= settings_.batch) changed_.notify_one();
}

void Exporter::run() {
  for (;;) {
    const std::vector<edge::Span> batch = next_batch();
    if (batch.empty()) return;
    send(batch);
  }
}

/// Waits for spans; none: it is to stop, and there is nothing left, or no time.
std::vector<edge::Span> Exporter::next_batch() {
  std::unique_lock lock(mutex_);
  while (!stopping_ && queue_.size() < settings_.batch) {
    const bool waited = changed_.wait_for(lock, settings_.interval) == std::cv_status::timeout;
    if (waited && !queue_.empty()) break;
  }
  if (stopping_ && clock_.now() >= stop_by_) {
    dropped_.add(queue_.size());
    queue_.clear();
  }
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), settings_.batch));
  std::vector<edge::Span> batch(std::move_iterator(queue_.begin()), std::move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return batch;
}

void Exporter::send(const std::vector<edge::Span>& batch) {
  const std::string body = render(resource_, batch);
  for (engine::Duration backoff = settings_.backoff;;
       backoff = std::min(2 * backoff, settings_.backoff_max)) {
    const Collector::Answer answer = collector_->post(body);
    if (answer.taken()) {
      const Rejected rejected = read_answer(answer.text);
      const std::uint64_t dropped = std::min<std::uint64_t>(rejected.spans, batch.size());
      count(batch.size() - dropped, dropped);
      if (dropped > 0)
        return say(warning_level, "the collector of traces refuses spans: " + on_one_line(rejected.why));
      return say(notice_level, "traces are taken again");
    }
    const std::string why =
        answer.status == 0 ? answer.text : std::to_string(answer.status) + " " + on_one_line(answer.text);
    if (!answer.passing()) {
      count(0, batch.size());
      return say(error_level, "the collector of traces refuses them: " + why);
    }
    say(warning_level, "the collector of traces is away: " + why);
    if (!pause(std::max(backoff, answer.pause))) return count(0, batch.size());
  }
}

/// False: there is no time for another attempt.
bool Exporter::pause(engine::Duration most) {
  std::unique_lock lock(mutex_);
  if (stopping_) return false;
  changed_.wait_for(lock, most, [this] { return stopping_; });
  return !stopping_ || clock_.now() < stop_by_;
}

/// One line when it goes wrong and one when it is well again.
void Exporter::say(int level, std::string_view line) {
  const bool well = level == notice_level;
  if (std::exchange(well_, well) != well && settings_.log) settings_.log(level, line);
}

void Exporter::count(std::uint64_t exported, std::uint64_t dropped) {
  const std::lock_guard lock(mutex_);
  exported_.add(exported);
  dropped_.add(dropped);
}

void Exporter::stop(engine::Duration grace) {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    stop_by_ = clock_.now() + grace;
    collector_->stop_by(stop_by_);
  }
  changed_.notify_all();
  thread_.join();
}

void Exporter::add_metrics(runtime::Metrics& metrics) const {
  constexpr auto help = "Spans by what became of them: taken by the collector, or dropped on the way.";
  metrics.add("saga_spans_total", "outcome=\"exported\"", help, exported_);
  metrics.add("saga_spans_total", "outcome=\"dropped\"", help, dropped_);
}

}  // namespace traces
