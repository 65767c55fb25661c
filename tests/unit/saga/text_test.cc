#include "engine/saga/text.h"

#include <string>

#include "tests/catch.h"

using saga::printable_text;

namespace {

std::string utf8(char32_t c) {
  const auto byte = [](char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xc0 | c >> 6U), byte(0x80 | (c & 0x3fU))};
  if (c < 0x10000) return {byte(0xe0 | c >> 12U), byte(0x80 | (c >> 6U & 0x3fU)), byte(0x80 | (c & 0x3fU))};
  return {byte(0xf0 | c >> 18U), byte(0x80 | (c >> 12U & 0x3fU)), byte(0x80 | (c >> 6U & 0x3fU)),
          byte(0x80 | (c & 0x3fU))};
}

bool alone(char32_t c) { return printable_text(utf8(c), 1); }

}  // namespace

TEST_CASE("a text is counted in characters, whatever they take") {
  for (const char32_t c : {U'a', U'\u00e9', U'\u30ad', U'\U0001F600'}) {
    std::string text;
    for (int i = 0; i < 128; ++i) text += utf8(c);
    CHECK(printable_text(text, 128));
    CHECK_FALSE(printable_text(text, 127));
  }
  CHECK_FALSE(printable_text("", 128));
}

TEST_CASE("what can be seen, and blanks, are printable") {
  for (const char32_t c : {U' ', U'~', U'\u00a0', U'\u00ac', U'\u00ae', U'\u0301', U'\u05d0', U'\u0e01',
                           U'\u2027', U'\u202f', U'\u2070', U'\u3000', U'\u4e00', char32_t{0xd7fb}, U'\uf900',
                           U'\uff01', U'\ufffd', U'\U00020000', U'\U0001F468'}) {
    INFO(std::hex << static_cast<std::uint32_t>(c));
    CHECK(alone(c));
  }
}

TEST_CASE("what cannot be seen is not printable, alone or between others") {
  for (const char32_t c : {U'\0',
                           U'\n',
                           U'\x1f',
                           U'\x7f',
                           char32_t{0x80},
                           char32_t{0x9f},
                           U'\u00ad',
                           U'\u034f',
                           U'\u0600',
                           U'\u061c',
                           U'\u115f',
                           U'\u180e',
                           U'\u200b',
                           U'\u200e',
                           U'\u200f',
                           U'\u2028',
                           U'\u2029',
                           U'\u202a',
                           U'\u202e',
                           U'\u2060',
                           U'\u2066',
                           U'\u206f',
                           U'\u3164',
                           U'\ue000',
                           U'\uf8ff',
                           char32_t{0xfdd0},
                           U'\ufeff',
                           U'\ufff9',
                           char32_t{0xfffe},
                           char32_t{0xffff},
                           char32_t{0x1fffe},
                           char32_t{0x8ffff},
                           U'\U000e0001',
                           U'\U000e0041',
                           U'\U000f0000',
                           char32_t{0x10ffff}}) {
    INFO(std::hex << static_cast<std::uint32_t>(c));
    CHECK_FALSE(alone(c));
    CHECK_FALSE(printable_text("a" + utf8(c) + "b", 10));
  }
}

TEST_CASE("joiners and variation selectors are part of how words are written, where they are") {
  CHECK(printable_text("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", 128));  // Persian
  CHECK(printable_text("\u0915\u094d\u200d\u0937", 128));                          // Devanagari
  CHECK(printable_text("\U0001F468\u200d\U0001F469\u200d\U0001F467", 128));        // a family
  CHECK(printable_text("\u2764\ufe0f\u200d\U0001F525", 128));                      // a heart on fire
  CHECK(printable_text("\u845b\U000e0100\u98fe", 128));                            // a Japanese name
  for (const char32_t c : {U'\u200c', U'\u200d', U'\ufe0f', U'\u180b', U'\U000e0100'}) CHECK_FALSE(alone(c));
  CHECK_FALSE(printable_text("a\u200db", 128));
  CHECK_FALSE(printable_text("\u0645\u200c", 128));
  CHECK_FALSE(printable_text("\u200c\u0645", 128));
  CHECK_FALSE(printable_text("\u0645\u200c\u200c\u0645", 128));
  CHECK_FALSE(printable_text("\u0645\u200c\u200b\u0645", 128));
  CHECK_FALSE(printable_text("\u0645\u200ca", 128));
}

TEST_CASE("what is not UTF-8 is not a text") {
  for (const std::string bad :
       {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3(", "a\xe3\x82"})
    CHECK_FALSE(printable_text(bad, 128));
}
