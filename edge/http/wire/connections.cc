#include "edge/http/wire/connections.h"

#include "engine/ensure.h"

namespace http {

Connections::Connections(const WireSettings& settings, edge::Reactor& reactor, Responder& responder,
                         std::span<const std::string_view> groups)
    : shared_(settings, reactor, responder, groups), listener_(reactor, *this) {}

engine::Result<> Connections::start() {
  return listener_.start(shared_.settings.host, shared_.settings.port);
}

bool Connections::accepted(int fd) {
  const auto open = static_cast<std::size_t>(shared_.connections.load(std::memory_order_relaxed));
  if (open >= shared_.settings.connections) return false;
  all_.take(shared_).open(fd);
  return true;
}

void Connections::close() {
  listener_.stop();
  shared_.closing = true;
  shared_.closing_since = shared_.reactor.now();
  all_.for_each([](Connection& connection) { connection.close_when_idle(); });
}

int Connections::flush() {
  flushing_.swap(shared_.dirty);  // who becomes dirty now is flushed next turn
  for (Connection* connection : flushing_) connection->flush();
  const auto count = static_cast<int>(flushing_.size());
  flushing_.clear();
  while (shared_.full()) close_the_largest();
  for (Connection* connection : shared_.closed) all_.give(*connection);
  shared_.closed.clear();
  return count;
}

/// Slow readers hold most, and whoever has much wait behind one answer.
void Connections::close_the_largest() {
  Connection* largest = nullptr;
  all_.for_each([&](Connection& connection) {
    if (connection.is_open() && (largest == nullptr || connection.held() > largest->held()))
      largest = &connection;
  });
  ENSURE(largest != nullptr);
  largest->finish();
}

void Connections::add_metrics(runtime::Metrics& metrics) {
  shared_.tally.add_to(metrics);
  const auto gauge = [&](const char* name, const char* help, const std::atomic<int>& value) {
    metrics.add_gauge(name, "", help, [&value] { return value.load(std::memory_order_relaxed); });
  };
  gauge("saga_http_connections", "Connections open", shared_.connections);
  gauge("saga_http_open_requests", "Requests whose answer has not left completely", shared_.open);
  metrics.add_gauge("saga_http_held_bytes", "",
                    "Memory held for answers that are unsent or wait, and for unfinished requests",
                    [this] { return static_cast<double>(shared_.held.load(std::memory_order_relaxed)); });
}

}  // namespace http
