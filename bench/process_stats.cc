#include "bench/process_stats.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "bench/clock.h"

namespace bench {
namespace {

std::string contents_of(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::int64_t cpu_ns_of(pid_t pid) {
  clockid_t clock{};
  return ::clock_getcpuclockid(pid, &clock) == 0 ? clock_ns(clock) : 0;
}

// /proc/PID/stat behind the command, which may itself contain blanks: field 0 is the state.
std::vector<std::string> stat_fields(pid_t pid) {
  const std::string text = contents_of("/proc/" + std::to_string(pid) + "/stat");
  std::vector<std::string> fields;
  const std::size_t close = text.rfind(')');
  if (close == std::string::npos) return fields;
  std::istringstream rest{text.substr(close + 1)};
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

std::int64_t kernel_ns_of(pid_t pid) {
  constexpr std::size_t stime = 12;
  const auto fields = stat_fields(pid);
  if (fields.size() <= stime) return 0;
  return std::strtoll(fields[stime].c_str(), nullptr, 10) * (second_ns / ::sysconf(_SC_CLK_TCK));
}

// One that ends meanwhile is left out.
std::vector<ThreadCost> threads_of(pid_t pid) {
  std::vector<ThreadCost> threads;
  if (pid == 0) return threads;
  std::error_code error;
  for (const auto& task :
       std::filesystem::directory_iterator{"/proc/" + std::to_string(pid) + "/task", error}) {
    std::string name = contents_of(task.path() / "comm");
    const std::string spent = contents_of(task.path() / "schedstat");  // its first number: ns on a CPU
    if (name.empty() || spent.empty()) continue;
    name.pop_back();
    const auto same = [&](const ThreadCost& each) { return each.name == name; };
    auto found = std::find_if(threads.begin(), threads.end(), same);
    if (found == threads.end()) found = threads.insert(found, {name, 0});
    found->cpu_ns += std::strtoll(spent.c_str(), nullptr, 10);
  }
  return threads;
}

std::optional<std::int64_t> kib_of(const std::string& status, const std::string& field) {
  const std::size_t at = status.find(field);
  if (at == std::string::npos) return std::nullopt;
  return std::strtoll(status.c_str() + at + field.size(), nullptr, 10);
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  DIR* directory = ::opendir("/proc");
  if (directory == nullptr) return children;
  while (const dirent* entry = ::readdir(directory)) {
    const pid_t candidate = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (candidate <= 0) continue;
    const auto fields = stat_fields(candidate);
    if (fields.size() > 1 && fields[1] == std::to_string(pid)) children.push_back(candidate);
  }
  ::closedir(directory);
  return children;
}

}  // namespace

std::optional<Memory> memory_of(pid_t pid) {
  const std::string status = contents_of("/proc/" + std::to_string(pid) + "/status");
  const auto resident = kib_of(status, "VmRSS:");
  const auto peak = kib_of(status, "VmHWM:");
  if (!resident || !peak) return std::nullopt;
  return Memory{.resident_kib = *resident, .resident_peak_kib = *peak};
}

std::optional<pid_t> descendant_called(pid_t pid, const std::string& name) {
  for (const pid_t child : children_of(pid)) {
    if (contents_of("/proc/" + std::to_string(child) + "/comm") == name + "\n") return child;
    if (const auto deeper = descendant_called(child, name)) return deeper;
  }
  return std::nullopt;
}

void ProcessStats::watch(std::string name, pid_t pid) {
  processes_.push_back({.name = std::move(name), .pid = pid, .cpu_ns = 0, .kernel_ns = 0});
}

void ProcessStats::window_begins() {
  for (ProcessCost& process : processes_) {
    process.cpu_ns = cpu_ns_of(process.pid);
    process.kernel_ns = kernel_ns_of(process.pid);
  }
  threads_ = threads_of(threads_pid_);
  windows_.emplace_back().begin_wall_ns = wall_ns();
}

void ProcessStats::window_ends() {
  WindowCost& window = windows_.back();
  window.end_wall_ns = wall_ns();
  for (ProcessCost process : processes_) {
    process.cpu_ns = cpu_ns_of(process.pid) - process.cpu_ns;
    process.kernel_ns = kernel_ns_of(process.pid) - process.kernel_ns;
    window.processes.push_back(std::move(process));
  }
  window.threads = threads_of(threads_pid_);
  for (ThreadCost& thread : window.threads)
    for (const ThreadCost& before : threads_)
      if (before.name == thread.name) thread.cpu_ns -= before.cpu_ns;
  if (memory_pid_ != 0) window.memory = memory_of(memory_pid_).value_or(Memory{});
}

}  // namespace bench
