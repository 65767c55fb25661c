#include "edge/http/api/known_words.h"

#include <array>
#include <string_view>

#include "edge/http/api/digest.h"

namespace http {
namespace {

constexpr std::array<std::string_view, 40> words{
    "",          "secret",   "secret1",   "secret2",       "secrets",   "topsecret", "password",
    "password1", "passw0rd", "passwort",  "changeme",      "change-me", "token",     "bearer",
    "api-key",   "apikey",   "test",      "testing",       "demo",      "example",   "sample",
    "default",   "dummy",    "admin",     "administrator", "root",      "user",      "guest",
    "shop",      "desk",     "orders",    "engine",        "saga",      "letmein",   "qwerty",
    "123456",    "12345678", "123456789", "foobar",        "hunter2"};
constexpr std::array<std::string_view, 5> behind_a_name{"", "-secret", "-token", "-password", "123"};

}  // namespace

std::optional<std::string> known_word(const Token& token) {
  Sha256 sha256;
  for (const std::string_view word : words) {
    if (sha256.of(word) == token.sha256) return std::string{word};
  }
  for (const std::string_view more : behind_a_name) {
    if (sha256.of(token.name, more) == token.sha256) return token.name + std::string{more};
  }
  return std::nullopt;
}

}  // namespace http
