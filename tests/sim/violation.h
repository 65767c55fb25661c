// A promise that was not kept: thrown by whoever watches, caught by whoever runs the seed.
#pragma once

#include <stdexcept>
#include <string>

namespace sim {

class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `what` is put together only when it is needed.
template <class Text>
void require(bool kept, const Text& what) {
  if (kept) [[likely]]
    return;
  if constexpr (std::is_invocable_v<Text>) {
    throw Violation(what());
  } else {
    throw Violation(what);
  }
}

}  // namespace sim
