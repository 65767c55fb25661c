// The Date header's value (RFC 9110 section 6.6.1), rendered once a second. Thread: the owner's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/time.h"

namespace http {

class Date {
 public:
  /// "Sun, 06 Nov 1994 08:49:37 GMT"
  std::string_view at(engine::Time now) {
    const std::int64_t second = now.ns / 1'000'000'000;
    if (second != second_) render(second);
    return {text_.data(), text_.size()};
  }

 private:
  void render(std::int64_t second);

  std::int64_t second_ = -1;
  std::array<char, 29> text_{};
};

}  // namespace http
