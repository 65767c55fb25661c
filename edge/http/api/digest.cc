#include "edge/http/api/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "engine/ensure.h"

namespace http {

struct Sha256::Context {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* state = EVP_MD_CTX_new();

  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() {
    EVP_MD_CTX_free(state);
    EVP_MD_free(algorithm);
  }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  ENSURE(context_->algorithm != nullptr && context_->state != nullptr);
}
Sha256::~Sha256() = default;

saga::Digest Sha256::of(std::string_view text, std::string_view more) {
  saga::Digest digest;
  EVP_MD_CTX* const state = context_->state;
  ENSURE(EVP_DigestInit_ex2(state, context_->algorithm, nullptr) == 1 &&
         EVP_DigestUpdate(state, text.data(), text.size()) == 1 &&
         EVP_DigestUpdate(state, more.data(), more.size()) == 1 &&
         EVP_DigestFinal_ex(state, digest.data(), nullptr) == 1);
  return digest;
}

bool equal_secretly(const saga::Digest& a, const saga::Digest& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace http
