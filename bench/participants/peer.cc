#include "bench/participants/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <string_view>

#include "engine/ensure.h"

namespace bench {
namespace {

std::string answer(std::string_view head, std::string_view body) {
  return "HTTP/1.1 " + std::string(head) +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

struct Rule {
  std::string_view asked;  // what stands in the request
  std::string answer;
};
// The first that fits.
const std::array<Rule, 4> rules{{
    {R"("waits")", answer("202 Accepted\r\nRetry-After: 3600", "{}")},
    {R"("inventory.reserve")", answer("200 OK", R"({"type":"InventoryUpdated"})")},
    {R"("shipping.ship")",
     answer("200 OK", R"({"type":"ShippingConfirmed","trackingNumber":"T1","carrier":"post"})")},
    {"", answer("200 OK", R"({"type":"PaymentConfirmed","reference":"pi_1"})")},
}};

const std::string& answer_to(std::string_view request) {
  return std::find_if(rules.begin(), rules.end(),
                      [&](const Rule& each) { return request.find(each.asked) != std::string_view::npos; })
      ->answer;
}

/// Takes whole requests off the front; returns the answers to them.
std::string answer_requests(std::string& in) {
  std::string out;
  while (true) {
    const auto head = in.find("\r\n\r\n");
    const auto length = in.find("Content-Length: ");
    if (head == std::string::npos || length > head) return out;
    const std::size_t whole = head + 4 + std::strtoul(in.c_str() + length + 16, nullptr, 10);
    if (in.size() < whole) return out;
    out += answer_to(std::string_view{in}.substr(head, whole - head));
    in.erase(0, whole);
  }
}

[[noreturn]] void serve(int listener) {
  const int epoll = epoll_create1(0);
  const auto watch = [epoll](int socket) {
    epoll_event event{EPOLLIN, {.fd = socket}};
    ENSURE(epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0);
  };
  watch(listener);
  std::map<int, std::string> connections;
  std::array<epoll_event, 64> events{};
  std::array<char, 65536> buffer{};
  while (true) {
    const int ready = epoll_wait(epoll, events.data(), events.size(), -1);
    for (int i = 0; i < ready; ++i) {
      const int socket = events[static_cast<std::size_t>(i)].data.fd;
      if (socket == listener) {
        const int accepted = accept(listener, nullptr, nullptr);
        const int on = 1;
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(accepted);
        continue;
      }
      const ssize_t count = recv(socket, buffer.data(), buffer.size(), 0);
      if (count <= 0) {
        connections.erase(socket);
        close(socket);
        continue;
      }
      std::string& in = connections[socket].append(buffer.data(), static_cast<std::size_t>(count));
      const std::string out = answer_requests(in);
      ENSURE(out.empty() || send(socket, out.data(), out.size(), MSG_NOSIGNAL) != 0);
    }
  }
}

}  // namespace

Peer::Peer() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ENSURE(bind(listener, generic, size) == 0 && listen(listener, 1024) == 0);
  ENSURE(getsockname(listener, generic, &size) == 0);
  url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/saga";
  pid_ = fork();
  ENSURE(pid_ >= 0);
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve(listener);
  }
  close(listener);
}

Peer::~Peer() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace bench
