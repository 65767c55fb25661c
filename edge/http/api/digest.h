// SHA-256, by libcrypto, without its per-call look-up of the algorithm. Thread: the owner's.
#pragma once

#include <memory>
#include <string_view>

#include "engine/saga/order.h"

namespace http {

class Sha256 {
 public:
  Sha256();
  ~Sha256();

  /// Of the two texts, one behind the other.
  saga::Digest of(std::string_view text, std::string_view more = {});

 private:
  struct Context;
  const std::unique_ptr<Context> context_;
};

/// In a time that does not tell where they differ.
bool equal_secretly(const saga::Digest& a, const saga::Digest& b);

}  // namespace http
