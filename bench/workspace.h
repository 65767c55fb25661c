// Where a run keeps what the engine leaves, and what an engine (or the bare loop, which takes the same) is started with.
// Thread: main.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/clock.h"

namespace bench {

inline constexpr std::int64_t ready_ns_max = 60 * second_ns;
inline constexpr std::int64_t verify_patience_ns = 30 * second_ns;
inline constexpr std::int64_t stop_ns_max = 60 * second_ns;

// A folder for the engine's data and log, removed at the end unless the run failed.
class Workspace {
 public:
  Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace();
  std::string path(const std::string& name) const { return path_ + "/" + name; }
  void keep() { is_kept_ = true; }

 private:
  std::string path_;
  bool is_kept_ = false;
};

// Without a `config`: --dev, its data in `data`.
std::vector<std::string> engine_arguments(const std::string& config, const std::vector<std::string>& settings,
                                          const std::string& listen, const std::string& data);

}  // namespace bench
