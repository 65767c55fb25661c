#include "edge/http/api/auth.h"

#include "edge/http/wire/text.h"

namespace http {
namespace {

bool allows(const Token& token, Scope needed) {
  switch (needed) {
    case Scope::open:
      return true;
    case Scope::orders:
      return token.orders;
    case Scope::admin:
      return token.admin;
    case Scope::participant:
      return token.participant.has_value() || token.admin;
  }
  return false;
}

}  // namespace

bool may_answer(const Token* token, saga::HandlerId handler) {
  return token == nullptr || token->participant == handler;
}

Auth::Answer Auth::check(Scope needed, std::string_view authorization) {
  if (needed == Scope::open || tokens_.empty()) return {};
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() <= scheme.size() ||
      !equal_ignoring_case(authorization.substr(0, scheme.size()), scheme))
    return {Verdict::unknown};
  const saga::Digest digest = sha256_.of(trim(authorization.substr(scheme.size())));
  const Token* found = nullptr;
  for (const Token& token : tokens_) {  // all of them, whichever it is
    if (equal_secretly(token.sha256, digest)) found = &token;
  }
  if (found == nullptr) return {Verdict::unknown};
  return {allows(*found, needed) ? Verdict::granted : Verdict::forbidden, found->name, found};
}

}  // namespace http
