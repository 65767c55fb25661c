// What the tests of the box share: a peer whose every byte the test decides, and a client's outcomes.
// Scripts run on the peer's threads, where Catch's assertions may not be used: ENSURE.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "edge/participants/client.h"
#include "edge/participants/signature.h"
#include "engine/ensure.h"
#include "tests/catch.h"

namespace participants_test {

using namespace participants;

inline constexpr auto secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
inline constexpr auto confirmed = R"({"type":"PaymentConfirmed","reference":"pi_1"})";

struct Request {
  std::string head, body;
  /// Of a header; empty if there is none.
  std::string value(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

/// One accepted connection. Thread: the one that runs the script.
class Connection {
 public:
  Connection(int socket, int nth) : number(nth), socket_(socket) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(socket_); }

  /// The next request, whole; nothing when the client has closed.
  std::optional<Request> request() {
    const auto end_of_head = [this] { return in_.find("\r\n\r\n"); };
    while (end_of_head() == std::string::npos) {
      if (!more()) return std::nullopt;
    }
    Request request{in_.substr(0, end_of_head() + 2), ""};
    in_.erase(0, end_of_head() + 4);
    const std::size_t length = std::stoul("0" + request.value("Content-Length"));
    while (in_.size() < length) {
      if (!more()) return std::nullopt;
    }
    request.body = in_.substr(0, length);
    in_.erase(0, length);
    return request;
  }
  /// At least so many bytes have come.
  bool bytes(std::size_t count) {
    while (in_.size() < count) {
      if (!more()) return false;
    }
    return true;
  }
  void write(std::string_view text) {
    // The client may be gone by now: that is its affair.
    send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
  }
  void answer(int status, std::string_view body = "", std::string_view headers = "") {
    write("HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(headers) +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }
  /// Instead of an orderly close.
  void reset() {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  /// Until the client closes.
  void stay_silent() {
    while (more()) {
    }
  }

  const int number;  // from 1, in the order they were accepted

 private:
  bool more() {
    std::array<char, 65536> buffer{};
    const ssize_t count = recv(socket_, buffer.data(), buffer.size(), 0);
    if (count > 0) in_.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  const int socket_;
  std::string in_;
};

/// Listens on a free port and runs the script with every connection, each on its own thread. The client must
/// be gone before it.
class Peer {
 public:
  using Script = std::function<void(Connection&)>;

  explicit Peer(Script script) : script_(std::move(script)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(listener_, generic, size) == 0);
    REQUIRE(listen(listener_, 64) == 0);
    REQUIRE(getsockname(listener_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() {
    leave();
    accepting_.join();
    close(listener_);
    for (std::thread& thread : serving_) thread.join();
  }

  std::string url(const std::string& path = "/saga") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  /// From now on connections are refused.
  void leave() { shutdown(listener_, SHUT_RDWR); }

 private:
  void accept_all() {
    for (int number = 1;; ++number) {
      const int socket = accept(listener_, nullptr, nullptr);
      if (socket < 0) return;
      serving_.emplace_back([this, socket, number] {
        Connection connection(socket, number);
        script_(connection);
      });
    }
  }

  const Script script_;
  const int listener_;
  int port_ = 0;
  std::thread accepting_;
  std::vector<std::thread> serving_;  // of the accepting thread
};

/// Answers every request of every connection alike.
inline Peer::Script always(int status, std::string body = "", std::string headers = "") {
  return [=](Connection& connection) {
    while (connection.request()) connection.answer(status, body, headers);
  };
}

inline Settings settings(std::string url) {
  Settings made;
  made.url = std::move(url);
  made.secrets = {secret};
  made.probe_backoff = std::chrono::milliseconds{1};
  return made;
}

inline Call call(std::uint64_t id, std::string body = R"({"specversion":"1.0"})") {
  return {id, Turn::payment_charge, "order-" + std::to_string(id) + ".payment.charge", std::move(body), 1};
}

/// A started client, its outcomes in the order they came, and what it said.
class World {
 public:
  explicit World(Settings from) {
    from.log = [this](int level, std::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(std::to_string(level) + " " + std::string(line));
    };
    client.emplace(std::move(from), [this](Outcome&& outcome) {
      const std::lock_guard lock(mutex_);
      outcomes_.push_back(std::move(outcome));
      changed_.notify_all();
    });
    REQUIRE(client->start().ok());
  }

  /// Waits for it.
  Outcome outcome() {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds{60}, [this] { return !outcomes_.empty(); }));
    Outcome first = std::move(outcomes_.front());
    outcomes_.pop_front();
    return first;
  }
  Outcome made(Call what) {
    REQUIRE(client->ask(std::move(what)));
    return outcome();
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  std::size_t outcomes() {
    const std::lock_guard lock(mutex_);
    return outcomes_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Outcome> outcomes_;
  std::vector<std::string> lines_;

 public:
  std::optional<Client> client;  // the last to come and the first to go
};

}  // namespace participants_test
