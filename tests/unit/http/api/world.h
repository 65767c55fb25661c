// The HTTP edge on its reactor with everything around it, on one thread under a hand-set clock: real sockets
// on loopback, real orders, tape and release. Kafka is a call: ack() says that what a test appended has been
// acknowledged. Redis is a map behind the Store interface, whose answers wait until a test lets them out.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "edge/http/api/server.h"
#include "engine/codec/document.h"
#include "engine/orders/release.h"
#include "tests/catch.h"
#include "tests/held_store.h"

namespace tests {

using namespace std::chrono_literals;

/// The same numbers in every run (the generator is Marsaglia's xorshift64).
class SeededRandom final : public http::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) {
      state_ ^= state_ << 13U;
      state_ ^= state_ >> 7U;
      state_ ^= state_ << 17U;
      byte = static_cast<std::uint8_t>(state_ >> 32U);
    }
  }

 private:
  std::uint64_t state_ = 88172645463325252ULL;
};

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

struct World {
  explicit World(http::Settings with = {}, bool serving = true) : settings(std::move(with)) {
    settings.port = 0;
    settings.hosts = {"shop", "a"};
    release.add_listener(server);
    if (serving) serve();
    REQUIRE(server.start() == "");
  }

  static http::Dependencies dependencies(World& w) {
    return {
        w.settings, w.reactor, w.metrics, w.random, [&w] { return w.readiness; }, "<!doctype html><p>page"};
  }

  void serve() {
    server.attach(desk);
    orders.open_intake();
  }
  void turn() {
    reactor.do_work(clock.now());
    release.do_work(clock.now());
    server.do_work(clock.now());
  }
  /// Turns until nothing more happens. Loopback delivers at once, so a few quiet turns are enough.
  void settle(Client& client) {
    for (int quiet = 0; quiet < 3; ++quiet) {
      turn();
      const std::size_t before = client.in.size();
      const bool was_closed = client.closed;
      client.read();
      if (client.in.size() != before || client.closed != was_closed) quiet = 0;
    }
  }
  void advance(engine::Duration by) { clock.advance(by); }

  /// The next order the http edge has handed over; nullptr: none.
  tape::Record* arrival() {
    tape::Task task;
    return inboxes.of(saga::HandlerId::order).pop({&task, 1}) == 1 ? task.record : nullptr;
  }
  /// Appends a step of the order and acknowledges it.
  void step(tape::Record& record, saga::EventKind kind, saga::State state) {
    if (record.step > 0) REQUIRE(tape.room().take(1) == 1);
    const std::string text =
        R"({"id":")" + record.order.id.str() + "." + std::to_string(++record.step) + "\"}";
    const tape::Index index = tape.append(
        {.record = &record, .at = clock.now(), .step = record.step, .kind = kind, .state = state});
    char* const room = transcript.room(text.size());
    REQUIRE(room != nullptr);
    std::memcpy(room, text.data(), text.size());
    transcript.commit(index, text.size());
    tape.set_place(index, {next_offset++, 100, index + 1});
    tape.acked.move(index + 1);
  }
  void placed(tape::Record& record) { step(record, saga::EventKind::OrderPlaced, saga::State::placed); }
  void rest(tape::Record& record) {
    step(record, saga::EventKind::PaymentConfirmed, saga::State::paid);
    step(record, saga::EventKind::InventoryUpdated, saga::State::reserved);
    step(record, saga::EventKind::ShippingConfirmed, saga::State::shipped);
    step(record, saga::EventKind::NotificationSent, saga::State::completed);
  }
  /// Redis has it all: its record is freed.
  void stored(tape::Record& record) {
    std::string document;
    codec::render_document(record, document);
    orders.finish(record, document);
  }

  Reply ask(Client& client, std::string_view request) {
    client.send(request);
    settle(client);
    return take_reply(client.in);
  }
  Reply ask(std::string_view request) {
    Client client{server.port()};
    return ask(client, request);
  }

  http::Settings settings;
  runtime::ManualClock clock;
  edge::Reactor reactor{clock};
  runtime::FutexParker parker;
  tape::Tape tape{1024, 256};
  tape::Transcript transcript{std::size_t{1} << 20, 2048, std::size_t{1} << 16, 64};
  orders::Orders orders{{256, std::size_t{1} << 20, 8}, tape.room()};
  orders::Inboxes inboxes{1024, 1, {&parker, &parker, &parker, &parker, &parker}};
  orders::Stock stock;
  orders::Dispatch dispatch{inboxes, tape.room()};
  orders::Release release{tape, transcript, parker, orders, stock};
  HeldStore store;
  runtime::Metrics metrics;
  SeededRandom random;
  http::Readiness readiness{true, "open"};
  http::Server server{dependencies(*this)};
  desk::Desk desk{{orders, dispatch, stock, store, tape, transcript, reactor.timers()}};
  tape::Offset next_offset = 101;
};

inline std::string get(const std::string& target, const std::string& headers = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: shop\r\n" + headers + "\r\n";
}

inline std::string post(const std::string& body, const std::string& headers = {},
                        const std::string& target = "/create-order") {
  return "POST " + target + " HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

inline const std::string keyboard =
    R"({"userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2","userEmail":"you@example.com","item":"keyboard","amount":49.99})";

inline std::string id_of(const Reply& reply) {
  const std::size_t at = reply.body.find(R"("orderId":")");
  return at == std::string::npos ? "" : reply.body.substr(at + 11, 36);
}

}  // namespace tests
