// Who may do what: bearer tokens (RFC 6750), known by their SHA-256 only, each with its scopes. Without any
// token configured everybody may do everything; the configuration then allows loopback only.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "edge/http/api/digest.h"
#include "edge/http/api/settings.h"

namespace http {

/// `participant`: for a participant's answers, by itself or by a person (admin); for which calls is may_answer's.
enum class Scope : std::uint8_t { open, orders, admin, participant };

/// Whether it may say what came of this handler's calls. Null: there are no tokens, and everybody may.
bool may_answer(const Token* token, saga::HandlerId handler);

class Auth {
 public:
  /// `tokens` outlive it.
  explicit Auth(std::span<const Token> tokens) : tokens_(tokens) {}

  enum class Verdict : std::uint8_t { granted, unknown, forbidden };
  struct Answer {
    Verdict verdict = Verdict::granted;
    std::string_view caller{};     // the token's name; empty without tokens
    const Token* token = nullptr;  // null without tokens
  };
  /// `authorization` is the header's value; absent is a null view.
  Answer check(Scope needed, std::string_view authorization);

 private:
  std::span<const Token> tokens_;
  Sha256 sha256_;
};

}  // namespace http
