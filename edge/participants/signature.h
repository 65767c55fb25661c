// Standard Webhooks signatures: "v1," and the base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`; while a
// secret is rotated one signature for each, with blanks between them.
//
// Thread: the one that owns the signer. Bounds: secret_bytes_min of key in every secret.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace participants {

inline constexpr std::size_t secret_bytes_min = 24;

/// The key in "whsec_<base64>"; nothing: it is no such secret, or too short.
std::optional<std::string> parse_secret(std::string_view text);

class Signer {
 public:
  /// Secrets that parse_secret() takes.
  explicit Signer(const std::vector<std::string>& secrets);
  ~Signer();

  /// The value of webhook-signature.
  std::string sign(std::string_view id, std::int64_t timestamp_s, std::string_view body);

 private:
  struct Mac;
  std::vector<Mac> macs_;
};

}  // namespace participants
