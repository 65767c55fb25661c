// What the tests of the transports share: one made from settings, a mail for it, and what the server says
// when it has taken one.
#pragma once

#include "edge/smtp/transport.h"
#include "tests/unit/smtp/support.h"

namespace mail_test {

using tape::MailOutcome;

inline smtp::Settings settings(std::string url) {
  smtp::Settings made;
  made.url = std::move(url);
  made.from = "Shop <orders@example.com>";
  return made;
}

inline std::unique_ptr<smtp::Transport> transport(const smtp::Settings& from) {
  REQUIRE(smtp::check(from).empty());
  auto made = smtp::make_transport(from);
  REQUIRE(std::holds_alternative<std::unique_ptr<smtp::Transport>>(made));
  return std::move(std::get<std::unique_ptr<smtp::Transport>>(made));
}

inline smtp::Message message(std::string_view to = "you@example.com") {
  return *smtp::render_message(mail(record(to)), shop());
}

/// As zlib has it.
inline std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

/// The line that the server prints for a mail it has taken.
inline std::string taken(const smtp::Message& sent, std::string_view how = "clear -") {
  return "MAIL " + sent.from + " " + sent.to + " " + std::string(how) + " " +
         std::to_string(crc32(sent.text));
}

}  // namespace mail_test
