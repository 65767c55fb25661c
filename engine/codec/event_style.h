// How events look on the topic, as configuration says. Constant after construction.
#pragma once

#include <cstdint>
#include <string>

namespace codec {

enum class Mode : std::uint8_t { structured, binary };

struct EventStyle {
  std::string type_prefix{};
  std::string source = "/saga";  // the handler's name follows: /saga/payment
  std::string mail_domain =
      "localhost";  // of the mails' from: their message ids end with it; empty: they are not ours
  Mode mode = Mode::structured;
};

}  // namespace codec
