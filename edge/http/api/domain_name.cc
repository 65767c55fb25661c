#include "edge/http/api/domain_name.h"

#include <idn2.h>

#include <memory>

#include "engine/saga/email.h"
#include "engine/saga/order.h"

namespace http {

std::optional<std::string> with_ascii_domain(std::string_view address) {
  const std::size_t begin = saga::email_domain(address);
  // The mapping drops what cannot be seen; such a text is not meant to be a domain.
  if (begin == 0 || !saga::printable_text(address.substr(begin), saga::max_email_bytes)) return std::nullopt;
  const std::string domain{address.substr(begin)};
  char* ascii = nullptr;
  const int result = idn2_to_ascii_8z(domain.c_str(), &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, void (*)(void*)> owned{ascii, idn2_free};
  if (result != IDN2_OK) return std::nullopt;
  return std::string{address.substr(0, begin)} + ascii;
}

}  // namespace http
