#include "edge/kafka/read_log.h"

#include <chrono>

#include "edge/kafka/reader.h"

namespace kafka {
namespace {

constexpr engine::Duration slice = std::chrono::milliseconds{100};  // how soon a stop is noticed
constexpr std::chrono::seconds patience{10};                        // with one question
constexpr std::chrono::seconds bounds_patience{1};                  // with the topic's bounds

}  // namespace

void read_log(const Settings& settings, tape::Offset from, journal::ReadBackRule& rule,
              const std::atomic<bool>& stopping) {
  Reader reader(settings);
  if (!reader.start(from).ok()) return;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  ReadRecord record;
  while (!stopping.load(std::memory_order_relaxed) && std::chrono::steady_clock::now() < deadline) {
    switch (reader.next(slice, record)) {
      case Reader::ReadStatus::record:
        if (rule.read(record.heading)) return;
        break;
      case Reader::ReadStatus::no_offset: {
        const Reader::Bounds bounds = reader.bounds(bounds_patience);
        if (bounds.first < 0) return;
        if (!rule.no_offset(bounds.first, bounds.end) || !reader.start(bounds.first).ok()) return;
        break;
      }
      case Reader::ReadStatus::end:
        if (!rule.to_the_end()) return;
        break;  // our opening is acknowledged, so it shows up in a moment
      case Reader::ReadStatus::no_topic:
        return;
      case Reader::ReadStatus::nothing:
        break;
    }
  }
}

}  // namespace kafka
