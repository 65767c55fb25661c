#include "edge/http/api/auth.h"

#include "edge/http/wire/text.h"

namespace http {

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
  const bool allowed = needed == Scope::orders ? found->orders : found->admin;
  return {allowed ? Verdict::granted : Verdict::forbidden, found->name};
}

}  // namespace http
