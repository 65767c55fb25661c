#include "bench/floor/loop.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

#include "edge/http/api/identity.h"
#include "edge/redis/batch_script.h"
#include "engine/codec/document.h"
#include "engine/ensure.h"
#include "engine/tape/advance.h"

namespace bare {
namespace {

/// A pointer to an order or a client, with a small number in the bits that its alignment leaves free.
constexpr std::uintptr_t tag_bits = 7;
constexpr std::uintptr_t looked_up = 6;
constexpr std::uintptr_t asked_by_client = 7;

void* tagged(void* pointer, std::uintptr_t tag) {
  return reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(pointer) | tag);
}
std::uintptr_t tag_of(void* opaque) { return reinterpret_cast<std::uintptr_t>(opaque) & tag_bits; }
template <class What>
What& behind(void* opaque) {
  return *reinterpret_cast<What*>(reinterpret_cast<std::uintptr_t>(opaque) & ~tag_bits);
}

int signals_to_stop() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

}  // namespace

Loop::Loop(const Legs& legs, const codec::CloudEvents& events, std::string keep_seconds, KafkaLog& log,
           RedisPipe& redis)
    : legs_(legs),
      keep_seconds_(std::move(keep_seconds)),
      log_(log),
      redis_(redis),
      events_(events),
      line_(events),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      signals_(signals_to_stop()),
      on_request_([this](Client& client) { request(client); }),
      random_((std::uint64_t{std::random_device{}()} << 32) | 1) {
  watch(signals_, EPOLLIN);
  watch(log_.descriptor(), EPOLLIN);
  watch(redis_.descriptor(), EPOLLIN | EPOLLOUT | EPOLLET);
}

Loop::~Loop() {
  close(signals_);
  close(epoll_);
  if (listener_ >= 0) close(listener_);
}

bool Loop::listen(const std::string& host, std::uint16_t port) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  constexpr int yes = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return false;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return false;
  if (::listen(listener_, SOMAXCONN) != 0) return false;
  watch(listener_, EPOLLIN);
  return true;
}

void Loop::watch(int descriptor, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  ENSURE(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0);
}

void Loop::run() {
  std::array<epoll_event, 128> events;
  while (!stopping_ || under_way_ > 0) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i)
      ready(events[static_cast<std::size_t>(i)].data.fd, events[static_cast<std::size_t>(i)].events);
    redis_.flush();
    for (Client* client : touched_) {
      client->flush();
      drop_if_done(*client);
    }
    touched_.clear();
  }
}

void Loop::ready(int descriptor, std::uint32_t events) {
  if (descriptor == log_.descriptor())
    return log_.reports([this](void* opaque, std::int64_t offset) {
      acked(behind<Order>(opaque), static_cast<std::uint32_t>(tag_of(opaque)), offset);
    });
  if (descriptor == redis_.descriptor())
    return redis_.replies([this](void* opaque, std::string_view text) { replied(opaque, text); });
  if (descriptor == listener_) return accept_all();
  if (descriptor == signals_) {
    stopping_ = true;
    epoll_ctl(epoll_, EPOLL_CTL_DEL, signals_, nullptr);
    return;
  }
  const auto found = clients_.find(descriptor);
  if (found == clients_.end()) return;
  Client& client = *found->second;
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !client.receive()) client.closed = true;
  if (!client.touched) {
    client.touched = true;
    touched_.push_back(&client);
  }
}

void Loop::accept_all() {
  for (int socket = 0; (socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    constexpr int yes = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    clients_[socket] = std::make_unique<Client>(socket, on_request_);
    watch(socket, EPOLLIN | EPOLLOUT | EPOLLET);
  }
}

/// One that is closed waits for the answers that nobody will read.
void Loop::drop_if_done(Client& client) {
  if (client.closed && client.waiting == 0) clients_.erase(client.descriptor());
}

void Loop::request(Client& client) {
  constexpr std::string_view orders = "/v1/orders/";
  if (client.is_post()) return place(client);
  if (!client.target().starts_with(orders)) return answer_text(client, "200 OK", {}, R"({"ready":true})");
  key_ = redis::order_key_prefix;
  key_ += client.target().substr(orders.size());
  redis_.get(key_, tagged(&client, asked_by_client));
}

// --- An order's way.

void Loop::place(Client& client) {
  ++under_way_;
  const engine::Time now = clock_.shown();
  const saga::OrderId id = client.key().empty() ? new_id(now) : http::derived_id(sha256_, {}, client.key());
  auto* const order = new Order{.client = &client, .record = {}, .id = id, .at = {}};
  if (legs_.through == Leg::http) return end(order);
  saga::Order draft = parse_.order(client.body());
  draft.id = order->id;
  order->record.reset(tape::Record::create(draft));
  if (legs_.through == Leg::parse) return end(order);
  if (!client.key().empty()) return redis_.get(key_of(id), tagged(order, looked_up));
  produce(order);
}

void Loop::produce(Order* order) {
  for (std::uint32_t step = 1; step <= way.size(); ++step) {
    order->at[step - 1] = clock_.shown();
    const tape::Event event = line_.event(*order->record, step, order->at[step - 1]);
    const codec::Rendered rendered = line_.render(text_, event, ++seq_);
    if (legs_.through >= Leg::produce) log_.produce(events_, rendered, tagged(order, step));
  }
  if (legs_.through == Leg::render) end(order);
}

void Loop::acked(Order& order, std::uint32_t step, std::int64_t offset) {
  const tape::Event event = line_.event(*order.record, step, order.at[step - 1]);
  ENSURE(order.record->step_count + 1 == step);  // the log answers in order
  tape::show_step(*order.record, {event.at, offset, event.kind, event.state, event.reason, step});
  if (step == 1 && legs_.answer_at_first_ack) answer(order);
  if (step < way.size()) return;
  legs_.through == Leg::redis ? store(order) : end(&order);
}

void Loop::store(Order& order) {
  text_.clear();
  codec::render_document(*order.record, text_);
  redis_.set(key_of(order.id), text_, keep_seconds_, &order);
}

const std::string& Loop::key_of(const saga::OrderId& id) {
  const saga::OrderId::Text text = id.text();
  key_ = redis::order_key_prefix;
  key_.append(text.data(), text.size());
  return key_;
}

void Loop::replied(void* opaque, std::string_view text) {
  if (tag_of(opaque) == 0) return end(&behind<Order>(opaque));
  if (tag_of(opaque) == looked_up) {
    ENSURE(text.empty());  // no two orders have the same key
    return produce(&behind<Order>(opaque));
  }
  Client& client = behind<Client>(opaque);
  if (text.empty()) return answer_text(client, "404 Not Found", {}, "{}");
  answer_text(client, "200 OK", {}, codec::public_part(text));
}

void Loop::end(Order* order) {
  if (!order->answered) answer(*order);
  --under_way_;
  delete order;
}

/// The words of the engine's own answer.
void Loop::answer(Order& order) {
  order.answered = true;
  const saga::OrderId::Text text = order.id.text();
  const std::string_view id{text.data(), text.size()};
  std::array<char, 64> location;
  std::array<char, 192> body;
  const auto* const location_end = fmt::format_to(location.data(), "Location: /v1/orders/{}\r\n", id);
  const auto* const body_end =
      fmt::format_to(body.data(), R"({{"orderId":"{}","status":"{}","links":{{"self":"/v1/orders/{}"}}}})",
                     id, legs_.answer_at_first_ack ? "placed" : "completed", id);
  answer_text(*order.client, "202 Accepted", {location.data(), location_end}, {body.data(), body_end});
}

void Loop::answer_text(Client& client, std::string_view status, std::string_view headers,
                       std::string_view body) {
  client.answer(status, headers, body);
  if (client.touched) return;
  client.touched = true;
  touched_.push_back(&client);
}

saga::OrderId Loop::new_id(engine::Time now) {
  std::array<std::uint8_t, 10> random;
  for (std::uint8_t& byte : random) {  // xorshift
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    byte = static_cast<std::uint8_t>(random_);
  }
  return saga::OrderId::v7(now, random);
}

}  // namespace bare
