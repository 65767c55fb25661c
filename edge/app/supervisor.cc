#include "edge/app/supervisor.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>

namespace edge {

Supervisor::Supervisor() {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr) return;
  const std::string_view name = path;
  if (name.size() < 2 || name.size() >= sizeof address_.sun_path) return;
  address_.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), address_.sun_path);
  if (name.front() == '@') address_.sun_path[0] = '\0';  // an abstract one
  address_bytes_ = static_cast<unsigned>(offsetof(sockaddr_un, sun_path) + name.size());
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  // Three times within what it waits, and of this process only.
  const char* const micros = std::getenv("WATCHDOG_USEC");
  const char* const whose = std::getenv("WATCHDOG_PID");
  if (micros == nullptr || (whose != nullptr && whose != std::to_string(::getpid()))) return;
  std::int64_t wanted = 0;
  std::from_chars(micros, micros + std::string_view(micros).size(), wanted);
  watchdog_ = std::chrono::microseconds{wanted} / 3;
}

Supervisor::~Supervisor() {
  if (socket_ >= 0) ::close(socket_);
}

void Supervisor::status(std::string_view text) {
  if (socket_ < 0 || text == status_) return;
  status_ = text;
  tell("STATUS=" + status_);
}

void Supervisor::tell(std::string_view message) const {
  if (socket_ < 0) return;
  (void)::sendto(socket_, message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address_), address_bytes_);
}

int Heartbeat::do_work(runtime::Time now) {
  if (now < next_) return 0;
  supervisor_.alive();
  next_ = now + supervisor_.watchdog();
  return 0;
}

}  // namespace edge
