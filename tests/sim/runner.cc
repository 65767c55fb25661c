#include "tests/sim/runner.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <vector>

#include "engine/ensure.h"
#include "tests/sim/bugs.h"
#include "tests/sim/seed.h"

namespace sim {
namespace {

/// What a child tells its parent, in memory that they share.
struct Report {
  Statistics statistics;
  std::uint64_t seed = 0;  // at work on, or the one that failed
  bool failed = false;
  std::array<char, 1024> why{};
};

Report* share(std::size_t count) {
  void* const memory =
      mmap(nullptr, count * sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ENSURE(memory != MAP_FAILED);
  auto* const reports = static_cast<Report*>(memory);
  for (std::size_t i = 0; i < count; ++i) new (&reports[i]) Report;
  return reports;
}

/// Every `step`th seed from `from` on, until one fails.
void run_some(Report& report, std::uint64_t from, std::uint64_t end, std::uint64_t step) {
  // A world's memory goes from one to the next, not back to the system.
  mallopt(M_MMAP_THRESHOLD, 1 << 28);
  mallopt(M_TRIM_THRESHOLD, 1 << 28);
  for (std::uint64_t seed = from; seed < end; seed += step) {
    report.seed = seed;
    try {
      report.statistics.add(run_seed(seed, false));
    } catch (const std::exception& violation) {
      report.failed = true;
      std::snprintf(report.why.data(), report.why.size(), "%s", violation.what());
      return;
    }
  }
}

/// In a process of its own; its last words on stderr, if it crashes, become the reason.
pid_t start(Report& report, std::uint64_t from, std::uint64_t end, std::uint64_t step, int errors) {
  std::fflush(stdout);
  const pid_t child = fork();
  ENSURE(child >= 0);
  if (child != 0) return child;
  dup2(errors, STDERR_FILENO);
  run_some(report, from, end, step);
  std::_Exit(0);
}

void finish(Report& report, pid_t child, FILE* errors) {
  int status = 0;
  ENSURE(waitpid(child, &status, 0) == child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  report.failed = true;
  std::array<char, 600> words{};
  std::rewind(errors);
  const std::size_t size = std::fread(words.data(), 1, words.size() - 1, errors);
  words[size > 0 ? size - 1 : 0] = '\0';
  std::snprintf(report.why.data(), report.why.size(), "the engine ended with signal %d: %s",
                WIFSIGNALED(status) ? WTERMSIG(status) : 0, words.data());
}

void print(const Statistics& all) {
  std::printf(
      "%lu seeds, %lu steps, %lu requests, %lu orders, %lu engines, %lu attempts that came to nothing, "
      "%lu read-backs, %lu reopenings\n",
      all.seeds, all.steps, all.requests, all.orders, all.engines, all.attempts, all.read_backs,
      all.reopenings);
  std::uint64_t struck = 0;
  for (const std::uint64_t count : all.faults_by_kind) struck += count;
  std::printf("%lu faults:\n", struck);
  for (std::size_t i = 0; i < fault_kinds; ++i)
    std::printf("  %-24s %10lu\n", fault_names[i], all.faults_by_kind[i]);
  std::printf("requests off the topic, of all engines:\n");
  constexpr std::array<const char*, orders::Requests::outcomes> outcomes{"taken", "early",   "late",
                                                                         "twice", "foreign", "broken"};
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    std::printf("  %-24s %10lu\n", outcomes[i], all.requests_by_outcome[i]);
  std::printf("events:\n");
  for (std::size_t i = 0; i < saga::event_kinds; ++i)
    std::printf("  %-24s %10lu\n", std::string{saga::name(static_cast<saga::EventKind>(i))}.c_str(),
                all.events_by_kind[i]);
}

/// With few seeds some may be missing by chance.
bool everything_was_seen(const Statistics& all) {
  constexpr std::uint64_t enough_seeds = 1000;
  const auto zero = [](std::uint64_t count) { return count == 0; };
  return all.seeds < enough_seeds ||
         (std::none_of(all.faults_by_kind.begin(), all.faults_by_kind.end(), zero) &&
          std::none_of(all.requests_by_outcome.begin(), all.requests_by_outcome.end(), zero) &&
          std::none_of(all.events_by_kind.begin(), all.events_by_kind.end(), zero));
}

}  // namespace

int run(const Plan& plan) {
  Report* const reports = share(plan.jobs);
  std::vector<std::pair<pid_t, FILE*>> children;
  for (std::uint64_t job = 0; job < plan.jobs; ++job) {
    FILE* const errors = std::tmpfile();
    ENSURE(errors != nullptr);
    children.emplace_back(
        start(reports[job], plan.from + job, plan.from + plan.count, plan.jobs, fileno(errors)), errors);
  }
  Statistics all;
  const Report* first = nullptr;
  for (std::uint64_t job = 0; job < plan.jobs; ++job) {
    finish(reports[job], children[job].first, children[job].second);
    std::fclose(children[job].second);
    all.add(reports[job].statistics);
    if (reports[job].failed && (first == nullptr || reports[job].seed < first->seed)) first = &reports[job];
  }
  print(all);
  if (first != nullptr) {
    std::printf("FAILED: seed %lu: %s\nreplay: sim --seed %lu\n", first->seed, first->why.data(),
                first->seed);
    return 1;
  }
  if (!everything_was_seen(all))
    return std::printf("FAILED: a fault, an event or an outcome was never seen\n"), 1;
  return 0;
}

int replay(std::uint64_t seed) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    run_seed(seed, true);
  } catch (const std::exception& violation) {
    std::printf("FAILED: seed %lu: %s\n", seed, violation.what());
    return 1;
  }
  std::printf("seed %lu ended well\n", seed);
  return 0;
}

int catch_bugs(std::uint64_t seeds) {
  if (bug_names.size() == 1) return std::printf("this build has no bugs to put in: sim_seeded has\n"), 1;
  int missed = 0;
  for (std::size_t i = 1; i < bug_names.size(); ++i) {
    seeded_bug = static_cast<Bug>(i);
    Report* const report = share(1);
    FILE* const errors = std::tmpfile();
    ENSURE(errors != nullptr);
    finish(*report, start(*report, 1, 1 + seeds, 1, fileno(errors)), errors);
    std::fclose(errors);
    if (report->failed) {
      std::printf("%-28s caught within %5lu seeds: %.120s\n", bug_names[i], report->seed, report->why.data());
    } else {
      std::printf("%-28s NOT CAUGHT by %lu seeds\n", bug_names[i], seeds);
      ++missed;
    }
    munmap(report, sizeof(Report));
  }
  return missed == 0 ? 0 : 1;
}

}  // namespace sim
