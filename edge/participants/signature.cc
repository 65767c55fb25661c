#include "edge/participants/signature.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>

#include "engine/ensure.h"

namespace participants {
namespace {

constexpr std::string_view prefix = "whsec_";

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64(const unsigned char* data, std::size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), data, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

/// With or without its padding, as the libraries of the standard take it.
std::optional<std::string> base64_decoded(std::string_view text) {
  const std::string_view padding = text.substr(std::min(text.find('='), text.size()));
  text.remove_suffix(padding.size());
  constexpr auto alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.find_first_not_of(alphabet) != std::string_view::npos || text.size() % 4 == 1 ||
      padding.find_first_not_of('=') != std::string_view::npos || padding.size() > 2)
    return std::nullopt;
  std::string padded(text);
  while (padded.size() % 4 != 0) padded += '=';
  std::string decoded(3 * (padded.size() / 4), '\0');
  ENSURE(EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()), bytes(padded),
                         static_cast<int>(padded.size())) >= 0);
  decoded.resize(3 * text.size() / 4);
  return decoded;
}

}  // namespace

std::optional<std::string> parse_secret(std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  auto key = base64_decoded(text.substr(prefix.size()));
  return key && key->size() >= secret_bytes_min ? key : std::nullopt;
}

/// A keyed context that is begun again for each signature: fetching the algorithm costs more than the HMAC.
struct Signer::Mac {
  struct Free {
    void operator()(EVP_MAC_CTX* mac) const { EVP_MAC_CTX_free(mac); }
  };
  std::unique_ptr<EVP_MAC_CTX, Free> context;

  explicit Mac(std::string_view key) {
    EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    ENSURE(hmac != nullptr);
    context.reset(EVP_MAC_CTX_new(hmac));
    EVP_MAC_free(hmac);
    std::string digest = "SHA256";
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
        OSSL_PARAM_construct_end()};
    ENSURE(context != nullptr && EVP_MAC_init(context.get(), bytes(key), key.size(), parameters.data()) == 1);
  }
};

Signer::Signer(const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    const auto key = parse_secret(secret);
    ENSURE(key.has_value());
    macs_.emplace_back(*key);
  }
}
Signer::~Signer() = default;

std::string Signer::sign(std::string_view id, std::int64_t timestamp_s, std::string_view body) {
  const std::string head = std::string(id) + '.' + std::to_string(timestamp_s) + '.';
  std::string signatures;
  for (const Mac& mac : macs_) {
    std::array<unsigned char, 32> digest{};
    std::size_t size = 0;
    EVP_MAC_CTX* const context = mac.context.get();
    ENSURE(EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
           EVP_MAC_update(context, bytes(head), head.size()) == 1 &&
           EVP_MAC_update(context, bytes(body), body.size()) == 1 &&
           EVP_MAC_final(context, digest.data(), &size, digest.size()) == 1 && size == digest.size());
    signatures += (signatures.empty() ? "v1," : " v1,") + base64(digest.data(), size);
  }
  return signatures;
}

}  // namespace participants
