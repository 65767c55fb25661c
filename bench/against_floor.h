// The engine against the bare loop (bench/floor): both in turn, process after process, at five closed loads, one of them with keys; then at
// half of what they take, in an open loop; then the loop alone, leg by leg. What counts are the ratios of a round.
//
// Thread: main.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/options.h"

namespace bench {

// A ratio, or a figure beside it: "cpu" at "64x4".
struct Measured {
  std::string group, at;
  Figure figure;
};

struct Comparison {
  std::vector<Measured> ratios;   // engine over bare loop
  std::vector<Measured> figures;  // what they are made of, and the legs
  std::vector<std::string> problems;
};

// Engine and floor of one round at one load, into ratios and figures. `at` is the load's name.
void compare(const std::string& at, const Round& engine, const Round& floor, Comparison& into);
// The same at half of what they take; the loop answered at its first ack.
void compare_latency(const Round& engine, const Round& floor, Comparison& into);
// The loop up to and with one leg, against up to the one before it (nullptr: it is the first).
void add_leg(Comparison& into, const std::string& leg, const Round& through, const Round* before);

std::string render_text(const Comparison& comparison);
// The inner of `"ratio": {…}, "figures": {…}`.
std::string render_json(const Comparison& comparison);

// The whole program: 0, or 1 when a run failed.
int run_against_floor(const Options& options);

}  // namespace bench
