#include "edge/smtp/mime.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace smtp::mime {
namespace {

constexpr std::size_t line_max = 76;  // of quoted-printable, the soft break included
constexpr std::size_t word_max = 70;  // of an encoded word; with "From: " before it the line has 76

bool letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool atom_character(char c) {  // atext of RFC 5322 section 3.2.3
  return letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

std::array<char, 3> escaped(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'=', digits[byte >> 4U], digits[byte & 15U]};
}

void append_quoted_line(std::string& out, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    // A blank at the end of a line may be lost on the way.
    const bool plain = c == ' ' || c == '\t' ? !last : c > ' ' && c <= '~' && c != '=';
    const std::size_t width = plain ? 1 : 3;
    if (column + width > line_max - (last ? 0 : 1)) {
      out += "=\r\n";
      column = 0;
    }
    if (plain) {
      out += c;
    } else {
      const auto code = escaped(c);
      out.append(code.data(), code.size());
    }
    column += width;
  }
  out += "\r\n";
}

std::size_t character_bytes(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

void append_encoded_words(std::string& out, std::string_view name) {
  constexpr std::string_view begin = "=?UTF-8?Q?";
  constexpr std::string_view end = "?=";
  std::size_t used = begin.size() + end.size();
  out += begin;
  while (!name.empty()) {
    // A character is never divided between two words (RFC 2047 section 5).
    const std::string_view character = name.substr(0, character_bytes(name.front()));
    const bool plain = letter_or_digit(character.front());
    const std::size_t width = plain || character == " " ? 1 : 3 * character.size();
    if (used + width > word_max) {
      out.append(end).append("\r\n ").append(begin);
      used = begin.size() + end.size();
    }
    if (plain) {
      out += character;
    } else if (character == " ") {
      out += '_';
    } else {
      for (const char c : character) {
        const auto code = escaped(c);
        out.append(code.data(), code.size());
      }
    }
    used += width;
    name.remove_prefix(character.size());
  }
  out += end;
}

}  // namespace

void append_date(std::string& out, engine::Time at) {
  using namespace std::chrono;
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_time<seconds> moment{floor<seconds>(nanoseconds{at.ns})};
  const sys_days day = floor<std::chrono::days>(moment);
  const year_month_day date{day};
  const hh_mm_ss time{moment - day};
  char text[64];
  const int size = std::snprintf(
      text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000", days[weekday{day}.c_encoding()],
      static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  out.append(text, static_cast<std::size_t>(size));
}

void append_display_name(std::string& out, std::string_view name) {
  const bool ascii =
      std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80 && !control(c); });
  constexpr std::size_t on_one_line = 64;  // with "From: " before it
  // What looks like an encoded word is one to many readers, even in quotes.
  if (!ascii || name.size() > on_one_line || name.find("=?") != std::string_view::npos) {
    append_encoded_words(out, name);
  } else if (std::ranges::all_of(name, [](char c) { return atom_character(c) || c == ' '; })) {
    out += name;
  } else {
    out += '"';
    for (const char c : name) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
}

void append_quoted_printable(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    append_quoted_line(out, text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

void append_html(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += control(c) ? ' ' : c;
    }
  }
}

void append_plain(std::string& out, std::string_view text) {
  for (const char c : text) out += control(c) ? ' ' : c;
}

}  // namespace smtp::mime
