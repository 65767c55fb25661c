#include <string>

#include "edge/http/wire/shared.h"

namespace http {

void Tally::add_to(runtime::Metrics& metrics) const {
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    for (std::size_t kind = 2; kind <= 5; ++kind) {
      metrics.add("saga_http_requests_total",
                  "route=\"" + std::string{groups_[group]} + "\",status=\"" + std::to_string(kind) + "xx\"",
                  "Requests answered, by what they asked for and the class of the answer",
                  by_class_[group][kind]);
    }
  }
}

void Tally::count(Group group, int status) { by_class_[group][static_cast<std::size_t>(status / 100)].add(); }

}  // namespace http
