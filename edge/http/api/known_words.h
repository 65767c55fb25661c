// Words that stand in every example and every list that is tried first: as a bearer token they keep nobody out, and a
// digest tells them as well as the word itself would.
//
// Thread: any; asked once, at the start. Bounds: some forty words; whatever else is short or guessable is not found.
#pragma once

#include <optional>
#include <string>

#include "edge/http/api/settings.h"

namespace http {

/// The word that this token is, if it is one of them or follows from the token's own name.
std::optional<std::string> known_word(const Token& token);

}  // namespace http
