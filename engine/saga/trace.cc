#include "engine/saga/trace.h"

#include <charconv>
#include <cmath>

#include "engine/saga/json.h"

namespace saga {
namespace {

// Of level 2, random-trace-id beside sampled; the others are not known and not passed on.
constexpr std::uint8_t known_flags = 3;

/// The finalizer of SplitMix64.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// Lower-case digits alone, every one of them.
template <class Number>
bool read_hex(std::string_view text, Number& out) {
  if (text.find_first_not_of("0123456789abcdef") != std::string_view::npos) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  return error == std::errc{} && end == text.data() + text.size();
}

std::array<std::uint8_t, 8> big_endian(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(number >> (8 * (bytes.size() - 1 - i)));
  return bytes;
}

}  // namespace

Trace::Text Trace::text() const {
  Text text;
  char* to = json::put(text.data(), "00-");
  to = json::put(json::hex(to, id), "-");
  to = json::put(json::hex(to, big_endian(span)), "-");
  json::hex(to, std::array{flags});
  return text;
}

std::optional<Trace> Trace::parse(std::string_view traceparent) {
  if (traceparent.size() < text_size || traceparent[2] != '-' || traceparent[35] != '-' ||
      traceparent[52] != '-')
    return std::nullopt;
  std::uint8_t version = 0;
  if (!read_hex(traceparent.substr(0, 2), version) || version == 0xff) return std::nullopt;
  if (traceparent.size() > text_size && (version == 0 || traceparent[text_size] != '-')) return std::nullopt;
  Trace trace;
  for (std::size_t i = 0; i < trace.id.size(); ++i) {
    if (!read_hex(traceparent.substr(3 + 2 * i, 2), trace.id[i])) return std::nullopt;
  }
  if (!read_hex(traceparent.substr(36, 16), trace.span) || trace.span == 0 || trace.id == Trace{}.id ||
      !read_hex(traceparent.substr(53, 2), trace.flags))
    return std::nullopt;
  trace.flags &= known_flags;
  return trace;
}

bool Trace::written_by_us(std::string_view traceparent) {
  const auto trace = parse(traceparent);
  if (!trace) return false;
  const Text text = trace->text();
  return traceparent == std::string_view{text.data(), text.size()};
}

std::optional<Trace> Trace::begin(const OrderId& order, double share) {
  const std::uint64_t span = span_of(order);
  // 53 bits, as many as a double holds.
  const auto drawn = static_cast<double>(mix(span) >> 11U);
  if (drawn >= std::ldexp(share, 53) || order == OrderId{}) return std::nullopt;
  return Trace{.id = order.bytes, .span = span, .flags = 1};
}

std::uint64_t span_of(const OrderId& order) { return span_within(draw(order), 0); }

std::uint64_t span_within(std::uint64_t span, std::uint64_t number) {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
  const std::uint64_t hashed = mix(mix(span) + golden * (number + 1));
  return hashed != 0 ? hashed : golden;
}

}  // namespace saga
