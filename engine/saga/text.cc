#include "engine/saga/text.h"

#include <algorithm>
#include <array>

namespace saga {
namespace {

struct Range {
  char32_t first, last;
};

// In order. Noncharacters at the end of each plane are told by their last bits.
constexpr std::array unprintable = std::to_array<Range>({
    {0x0, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},     {0x600, 0x605},
    {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180e, 0x180e},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f},   {0x3164, 0x3164},   {0xd800, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f},
    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe00ff}, {0xe01f0, 0xe0fff}, {0xf0000, 0x10ffff},
});
constexpr std::array variation_selectors = std::to_array<Range>({
    {0x180b, 0x180d},
    {0x180f, 0x180f},
    {0xfe00, 0xfe0f},
    {0xe0100, 0xe01ef},
});

template <std::size_t count>
bool lists(const std::array<Range, count>& ranges, char32_t character) {
  const auto* const at = std::lower_bound(ranges.begin(), ranges.end(), character,
                                          [](const Range& range, char32_t c) { return range.last < c; });
  return at != ranges.end() && at->first <= character;
}

bool joiner(char32_t character) { return character == 0x200c || character == 0x200d; }
bool joinable(char32_t character) { return character >= 0x590; }

constexpr char32_t invalid = 0x110000;

/// Takes the first character off a text that is not empty.
char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) {
    const char32_t ascii = byte(0);
    text.remove_prefix(1);
    return ascii;
  }
  const std::size_t size = byte(0) < 0xc2   ? 0
                           : byte(0) < 0xe0 ? 2
                           : byte(0) < 0xf0 ? 3
                           : byte(0) < 0xf5 ? 4
                                            : 0;
  if (size == 0 || text.size() < size) return invalid;
  char32_t character = byte(0) & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return invalid;
    character = character << 6U | (byte(i) & 0x3fU);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};  // shorter ones are written shorter
  if (character < least[size] || character > 0x10ffff) return invalid;
  text.remove_prefix(size);
  return character;
}

}  // namespace

bool printable_text(std::string_view text, std::size_t max) {
  // Nearly all texts are ASCII, whose characters need no table.
  const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::all_of(text.begin(), text.end(), plain)) return !text.empty() && text.size() <= max;
  char32_t before = 0;
  bool joins = false;  // `before` is a joiner, which wants a character behind it
  std::size_t count = 0;
  while (!text.empty()) {
    if (++count > max) return false;
    const char32_t character = take_character(text);
    if (character == invalid) return false;
    if (joiner(character)) {
      if (joins || !joinable(before)) return false;
      joins = true;
    } else {
      if (joins && !joinable(character)) return false;
      joins = false;
      if (lists(variation_selectors, character)) {
        if (count == 1) return false;
      } else if (lists(unprintable, character) || (character & 0xfffeU) == 0xfffeU) {
        return false;
      }
    }
    before = character;
  }
  return count > 0 && !joins;
}

}  // namespace saga
