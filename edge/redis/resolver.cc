#include "edge/redis/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <utility>

#include "engine/ensure.h"

namespace redis {
namespace {

bool is_numeric(const std::string& host) {
  in6_addr address;  // the larger of the two
  return inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

Resolver::Answer resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (code != 0) return {{}, gai_strerror(code)};
  Resolver::Answer answer;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0)
      answer.addresses.emplace_back(text);
  }
  freeaddrinfo(found);
  if (answer.addresses.empty()) answer.error = "no address";
  return answer;
}

}  // namespace

Resolver::~Resolver() {
  if (thread_.joinable()) thread_.join();
}

void Resolver::ask(const std::string& host) {
  ENSURE(!thread_.joinable());
  if (is_numeric(host)) {
    answer_ = {{host}, {}};
    done_.store(true, std::memory_order_relaxed);  // read by this thread only
    return;
  }
  done_.store(false, std::memory_order_relaxed);  // the thread's creation orders it
  thread_ = std::thread([this, host] {
    answer_ = resolve(host);
    done_.store(true, std::memory_order_release);  // pairs with the acquire in answer()
  });
}

std::optional<Resolver::Answer> Resolver::answer() {
  if (!done_.load(std::memory_order_acquire)) return std::nullopt;
  if (thread_.joinable()) thread_.join();
  return std::move(answer_);
}

}  // namespace redis
