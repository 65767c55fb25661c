// A client's end of a connection, what it sends and what it gets.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "tests/catch.h"

namespace tests {

/// A client's socket.
class Client {
 public:
  /// `window`: bytes that the kernel takes for it, about; 0: as many as it likes.
  explicit Client(std::uint16_t port, int window = 0) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (window > 0) REQUIRE(setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &window, sizeof window) == 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(fd_); }

  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent <= 0) return;  // closed, or full: what the server then does is what is tested
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void half_close() { shutdown(fd_, SHUT_WR); }
  /// Its closing will be a reset: it wants no answer any more.
  void give_up() {
    const linger at_once{1, 0};
    REQUIRE(setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  }
  /// Takes what has arrived.
  void read() {
    char bytes[65536];
    while (!closed) {
      const ssize_t got = recv(fd_, bytes, sizeof bytes, MSG_DONTWAIT);
      if (got > 0) {
        in.append(bytes, static_cast<std::size_t>(got));
      } else if (got == 0 || errno != EAGAIN) {
        closed = true;
      } else {
        return;
      }
    }
  }

  /// Takes at most so much of it.
  void read_some(std::size_t bytes) {
    std::string some(bytes, ' ');
    const ssize_t got = recv(fd_, some.data(), bytes, MSG_DONTWAIT);
    if (got > 0) in.append(some, 0, static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EAGAIN)) closed = true;
  }

  std::string in;
  bool closed = false;

 private:
  const int fd_;
};

/// One answer, taken apart.
struct Reply {
  int status = 0;
  std::string head, body;

  bool has(std::string_view text) const {
    return head.find(text) != std::string::npos || body.find(text) != std::string::npos;
  }
  std::string header(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

/// Takes the first complete answer off the front; status 0: there is none.
inline Reply take_reply(std::string& in, bool to_head = false) {
  Reply reply;
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string::npos) return reply;
  reply.head = in.substr(0, end + 2);
  const std::string length = reply.header("Content-Length");
  const std::size_t bytes = length.empty() || to_head ? 0 : std::stoul(length);
  if (in.size() < end + 4 + bytes) return reply;
  reply.status = std::stoi(in.substr(9, 3));
  reply.body = in.substr(end + 4, bytes);
  in.erase(0, end + 4 + bytes);
  return reply;
}

inline std::string get(const std::string& target, const std::string& headers = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: shop\r\n" + headers + "\r\n";
}

inline std::string post(const std::string& body, const std::string& headers = {},
                        const std::string& target = "/create-order") {
  return "POST " + target + " HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

}  // namespace tests
