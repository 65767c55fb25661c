// A run as named figures, each with its value in every round; a comparison is judged by the median of its
// rounds.
//
// Thread: main.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "bench/load.h"
#include "bench/process_stats.h"
#include "bench/verification.h"

namespace bench {

struct Round {
  LoadResult load;
  WindowCost cost;
  CompletionWindow completion;
  runtime::Histogram baseline_ack;
};

struct Figure {
  std::string name;  // unit last
  std::vector<double> values;

  double median() const;
  double min() const;
  double max() const;
};

std::vector<Figure> figures_of(const std::deque<Round>& rounds);

}  // namespace bench
