#include "engine/saga/json.h"

#include <chrono>

namespace saga::json {
namespace {

char* padded(char* to, unsigned value, int width) {
  for (int i = width - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return to + width;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out(escaped_max(text.size()), '\0');
  out.resize(static_cast<std::size_t>(escape(out.data(), text) - out.data()));
  return out;
}

char* time(char* to, std::int64_t ns) {
  const std::int64_t us = ns / 1000;
  const std::int64_t seconds = us / 1'000'000;
  const std::int64_t days = seconds / 86'400;
  const auto second_of_day = static_cast<unsigned>(seconds % 86'400);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  to = padded(to, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  *to++ = '-';
  to = padded(to, static_cast<unsigned>(date.month()), 2);
  *to++ = '-';
  to = padded(to, static_cast<unsigned>(date.day()), 2);
  *to++ = 'T';
  to = padded(to, second_of_day / 3600, 2);
  *to++ = ':';
  to = padded(to, second_of_day / 60 % 60, 2);
  *to++ = ':';
  to = padded(to, second_of_day % 60, 2);
  *to++ = '.';
  to = padded(to, static_cast<unsigned>(us % 1'000'000), 6);
  *to++ = 'Z';
  return to;
}

}  // namespace saga::json
