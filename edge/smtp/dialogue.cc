#include "edge/smtp/dialogue.h"

#include <algorithm>

namespace smtp {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

/// "5.1.1" in front of a text (RFC 2034), or nothing.
std::string_view enhanced_code(std::string_view text) {
  std::size_t at = 0;
  for (const std::size_t digits_max : {1U, 3U, 3U}) {
    if (at > 0 && (at == text.size() || text[at++] != '.')) return {};
    const std::size_t begin = at;
    while (at < text.size() && at - begin < digits_max && digit(text[at])) ++at;
    if (at == begin) return {};
  }
  return at == text.size() || !digit(text[at]) ? text.substr(0, at) : std::string_view{};
}

}  // namespace

std::string on_one_line(std::string_view text) {
  std::string line{text.substr(0, answer_bytes_max)};
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c < 0x20 || c >= 0x7f; }, '?');
  return line;
}

void Dialogue::begin() {
  over_ = false;
  reach(Stage::session);
}

void Dialogue::sent(std::string_view command) {
  over_ = over_ || command.starts_with("QUIT");
  if (over_ || stage_ == Stage::dot) return;
  reach(command.starts_with("RCPT") || command.starts_with("DATA") ? Stage::recipient : Stage::session);
}

void Dialogue::sent_text() { reach(Stage::dot); }

void Dialogue::reach(Stage stage) {
  stage_ = stage;
  answer_.clear();
  code_ = 0;
  complete_ = false;
}

void Dialogue::received(std::string_view line) {
  constexpr std::size_t digits = 3;
  if (over_ || complete_ || line.size() < digits || !std::all_of(line.begin(), line.begin() + digits, digit))
    return;
  complete_ = line.size() == digits || line[digits] != '-';
  std::string_view text = line.substr(std::min(line.size(), digits + 1));
  if (answer_.empty()) {
    code_ = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    answer_ = line.substr(0, digits);
  } else if (const std::string_view again = enhanced_code(text); !again.empty()) {
    text.remove_prefix(std::min(text.size(), again.size() + 1));  // each line repeats it
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  answer_ = on_one_line(text.empty() ? answer_ : answer_.append(" ").append(text));
}

bool Dialogue::final_for_this_mail() const {
  if (code_ < 500) return false;
  const std::string_view enhanced =
      enhanced_code(std::string_view(answer_).substr(std::min<std::size_t>(answer_.size(), 4)));
  if (enhanced.empty()) return code_ >= 550 && code_ <= 553;
  return enhanced.starts_with("5.1.") || enhanced.starts_with("5.2.") || enhanced.starts_with("5.6.");
}

tape::MailOutcome Dialogue::outcome() const {
  if (stage_ == Stage::session) return tape::MailOutcome::away;
  if (stage_ == Stage::dot && !complete_) return tape::MailOutcome::unknown;
  if (stage_ == Stage::dot && code_ / 100 == 2) return tape::MailOutcome::sent;
  return complete_ && final_for_this_mail() ? tape::MailOutcome::refused : tape::MailOutcome::transient;
}

}  // namespace smtp
