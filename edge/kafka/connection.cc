#include "edge/kafka/connection.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "edge/kafka/topic_shape.h"

namespace kafka {
namespace {

rd_kafka_vu_t tagged(rd_kafka_vtype_t type) {
  rd_kafka_vu_t value{};
  value.vtype = type;
  return value;
}

rd_kafka_vu_t bytes(rd_kafka_vtype_t type, std::string_view text) {
  rd_kafka_vu_t value = tagged(type);
  value.u.mem.ptr = const_cast<char*>(text.data());  // copied
  value.u.mem.size = text.size();
  return value;
}

rd_kafka_headers_t* copy(std::span<const engine::Log::Header> headers) {
  rd_kafka_headers_t* const list = rd_kafka_headers_new(headers.size());
  for (const engine::Log::Header& header : headers) {
    rd_kafka_header_add(list, header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  }
  return list;
}

// A report comes back with one pointer: it carries generation and seq.
constexpr int seq_bits = 48;

void* opaque(const engine::Log::Message& message) {
  return reinterpret_cast<void*>((std::uintptr_t{message.generation} << seq_bits) | message.seq);
}

engine::Log::Report report(const rd_kafka_message_t& message) {
  const auto tag = reinterpret_cast<std::uintptr_t>(message._private);
  return {static_cast<std::uint16_t>(tag >> seq_bits), tag & ((std::uintptr_t{1} << seq_bits) - 1),
          message.offset};
}

}  // namespace

Connection::Connection(const Settings& settings, runtime::Parker& waiting)
    : settings_(settings), waiting_(waiting), client_(settings) {}

Connection::~Connection() {
  if (queue_ != nullptr) rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr);
}

engine::Result<> Connection::start() {
  if (auto created = client_.create(Client::Role::producer); !created.ok()) return created;
  topic_.reset(rd_kafka_topic_new(client_.handle(), settings_.topic.c_str(), nullptr));
  if (topic_ == nullptr) {
    return "kafka.topic \"" + settings_.topic + "\": " + rd_kafka_err2str(rd_kafka_last_error());
  }
  queue_.reset(rd_kafka_queue_get_main(client_.handle()));
  // Called when the empty queue gets its first element; the worker polls until it is empty before it sleeps.
  rd_kafka_queue_cb_event_enable(queue_.get(), &Connection::reports_there, this);
  return {};
}

void Connection::reports_there(rd_kafka_s*, void* self) { static_cast<Connection*>(self)->waiting_.signal(); }

bool Connection::produce(const engine::Log::Message& message) {
  if (!fatal_.empty()) return false;
  std::array<rd_kafka_vu_t, 7> parts{
      tagged(RD_KAFKA_VTYPE_RKT),
      tagged(RD_KAFKA_VTYPE_PARTITION),
      tagged(RD_KAFKA_VTYPE_MSGFLAGS),
      tagged(RD_KAFKA_VTYPE_OPAQUE),
      tagged(RD_KAFKA_VTYPE_HEADERS),
      bytes(RD_KAFKA_VTYPE_VALUE, message.value),
      bytes(RD_KAFKA_VTYPE_KEY, message.key),
  };
  parts[0].u.rkt = topic_.get();
  parts[1].u.i32 = partition;
  parts[2].u.i = RD_KAFKA_MSG_F_COPY;
  parts[3].u.ptr = opaque(message);
  parts[4].u.headers = copy(message.headers);
  // No key at all is not the same as an empty one.
  const std::size_t count = message.key.empty() ? parts.size() - 1 : parts.size();
  rd_kafka_error_t* const error = rd_kafka_produceva(client_.handle(), parts.data(), count);
  if (error == nullptr) [[likely]]
    return true;
  rd_kafka_headers_destroy(parts[4].u.headers);  // still ours
  if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__QUEUE_FULL) fail(rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
  return false;
}

std::size_t Connection::reports(std::span<engine::Log::Report> out) {
  std::size_t count = 0;
  while (count < out.size()) {
    if (batch_ == nullptr) {
      rd_kafka_event_t* const event = rd_kafka_queue_poll(queue_.get(), 0);
      if (event == nullptr) break;
      batch_.reset(event);
      take_event();
      continue;
    }
    const rd_kafka_message_t* const message = rd_kafka_event_message_next(batch_.get());
    if (message == nullptr) {
      batch_.reset();
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      fail("an event was not written: " + std::string{rd_kafka_err2str(message->err)});
    } else {
      out[count++] = report(*message);
    }
  }
  return count;
}

/// The event just polled into batch_: kept when it has reports, else dealt with.
void Connection::take_event() {
  if (rd_kafka_event_type(batch_.get()) == RD_KAFKA_EVENT_DR) return;
  if (rd_kafka_event_type(batch_.get()) == RD_KAFKA_EVENT_ERROR) {
    const char* const text = rd_kafka_event_error_string(batch_.get());
    if (rd_kafka_event_error_is_fatal(batch_.get()) != 0) {
      fail(text);
    } else {
      client_.note_error(text);
      if (settings_.log) settings_.log(4, text);
    }
  }
  batch_.reset();
}

void Connection::fail(std::string_view text) {
  if (fatal_.empty()) fatal_ = text;
}

bool announce(Connection& connection, const codec::CloudEvents& events,
              const codec::CloudEvents::Opening& opening, const std::function<bool()>& go_on) {
  std::string text;
  const codec::Rendered event = events.render(text, opening);
  const codec::RecordHeaders headers = events.headers(event);
  if (!connection.produce(
          {.key = {}, .value = events.value(event), .headers = headers.view(), .generation = 0, .seq = 0})) {
    return false;
  }
  std::array<engine::Log::Report, 1> report;
  std::chrono::milliseconds pause{1};  // nobody signals this thread
  while (connection.fatal_error().empty() && go_on()) {
    if (connection.reports(report) == 1) return true;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause + std::chrono::milliseconds{1}, std::chrono::milliseconds{20});
  }
  return false;
}

}  // namespace kafka
