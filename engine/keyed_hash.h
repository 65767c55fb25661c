// The hash of tables whose keys come from outside (ids, skus): SipHash-1-3 (Aumasson and Bernstein, 2012)
// under a secret that each table draws for itself, so that nobody can choose keys that collide. Where the
// same answer is needed in every process, this is not it.
//
// Thread: any; constant after construction.
#pragma once

#include <sys/random.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/ensure.h"

namespace engine {

class KeyedHash {
 public:
  using is_transparent = void;  // std::unordered_map finds a std::string by a std::string_view
  using Secret = std::array<std::uint64_t, 2>;

  KeyedHash() { ENSURE(getrandom(secret_.data(), sizeof secret_, 0) == sizeof secret_); }
  explicit KeyedHash(const Secret& secret) : secret_(secret) {}

  std::size_t operator()(std::string_view text) const noexcept {
    State state(secret_);
    std::string_view left = text;
    for (; left.size() >= sizeof(std::uint64_t); left.remove_prefix(sizeof(std::uint64_t)))
      state.take(word(left.data()));
    std::uint64_t last = text.size() << 56U;
    for (std::size_t i = 0; i < left.size(); ++i)
      last |= std::uint64_t{static_cast<unsigned char>(left[i])} << (8 * i);
    state.take(last);
    return state.end();
  }
  std::size_t operator()(const std::array<std::uint8_t, 16>& id) const noexcept {
    State state(secret_);
    state.take(word(id.data()));
    state.take(word(id.data() + 8));
    state.take(std::uint64_t{16} << 56U);
    return state.end();
  }

 private:
  static_assert(std::endian::native == std::endian::little && sizeof(std::size_t) == sizeof(std::uint64_t));

  static std::uint64_t word(const void* at) {
    std::uint64_t read = 0;
    std::memcpy(&read, at, sizeof read);
    return read;
  }

  struct State {
    explicit State(const Secret& secret)
        : a(secret[0] ^ 0x736f6d6570736575U),
          b(secret[1] ^ 0x646f72616e646f6dU),
          c(secret[0] ^ 0x6c7967656e657261U),
          d(secret[1] ^ 0x7465646279746573U) {}

    void round() {
      a += b, b = std::rotl(b, 13) ^ a, a = std::rotl(a, 32);
      c += d, d = std::rotl(d, 16) ^ c;
      a += d, d = std::rotl(d, 21) ^ a;
      c += b, b = std::rotl(b, 17) ^ c, c = std::rotl(c, 32);
    }
    void take(std::uint64_t word) {
      d ^= word;
      round();
      a ^= word;
    }
    std::size_t end() {
      c ^= 0xffU;
      round(), round(), round();
      return a ^ b ^ c ^ d;
    }

    std::uint64_t a, b, c, d;
  };

  Secret secret_{};
};

}  // namespace engine
