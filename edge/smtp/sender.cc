// Reading the configured sender; the rest of message.h is in message.cc.
#include <algorithm>

#include "edge/smtp/message.h"
#include "edge/smtp/mime.h"
#include "engine/saga/email.h"

namespace smtp {
namespace {

constexpr std::size_t max_name_bytes = 256;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The name as people read it, out of its quotes if it has them.
std::optional<std::string> display_name(std::string_view text) {
  if (text.size() > max_name_bytes) return std::nullopt;
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  if (quoted) text = text.substr(1, text.size() - 2);
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\' && ++i == text.size()) return std::nullopt;
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '<' || c == '>') return std::nullopt;
    if (!quoted && c == '"') return std::nullopt;
    name += c;
  }
  return name;
}

}  // namespace

std::optional<Sender> parse_sender(std::string_view from) {
  from = trimmed(from);
  Sender sender;
  if (const std::size_t open = from.find('<'); open != std::string_view::npos) {
    if (from.back() != '>') return std::nullopt;
    auto name = display_name(trimmed(from.substr(0, open)));
    if (!name) return std::nullopt;
    sender.name = std::move(*name);
    from = from.substr(open + 1, from.size() - open - 2);
  }
  if (!saga::valid_email(from)) return std::nullopt;
  sender.address = from;
  if (!sender.name.empty()) {
    mime::append_display_name(sender.header, sender.name);
    const std::size_t line = sender.header.size() - (sender.header.rfind('\n') + 1);  // npos + 1 is 0
    const bool fits = line + sender.address.size() + std::string_view("From:  <>").size() <= 78;
    sender.header += fits ? " " : "\r\n ";
  }
  sender.header.append("<").append(sender.address).append(">");
  return sender;
}

}  // namespace smtp
