#include "edge/http/api/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>

#include "engine/ensure.h"

namespace http {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    if (used_ == batch_.size()) {
      std::size_t got = 0;
      while (got < batch_.size()) {
        const ssize_t n = getrandom(batch_.data() + got, batch_.size() - got, 0);
        ENSURE(n > 0 || errno == EINTR);  // anything else: a kernel without the call
        got += static_cast<std::size_t>(std::max<ssize_t>(n, 0));
      }
      used_ = 0;
    }
    byte = batch_[used_++];
  }
}

}  // namespace http
