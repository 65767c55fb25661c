// An internationalized domain ("müller.de") in the ASCII form that DNS and mail servers know
// ("xn--mller-kva.de"): IDNA 2008 with the mapping of UTS #46, by libidn2. Thread: the reactor's. Bounds:
// what it makes is at most as long as a domain may be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace http {

/// `address` with its domain in ASCII; nothing: that is no domain. Only asked of an address with other
/// characters.
std::optional<std::string> with_ascii_domain(std::string_view address);

}  // namespace http
