#include "edge/kafka/producer.h"

#include <librdkafka/rdkafka.h>

#include <array>

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

void* opaque(std::uint64_t seq) { return reinterpret_cast<void*>(static_cast<std::uintptr_t>(seq)); }
std::uint64_t seq_of(const rd_kafka_message_t& message) {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(message._private));
}

}  // namespace

Producer::Producer(const Settings& settings, std::string type_prefix, runtime::Parker& journal)
    : settings_(settings),
      type_prefix_(std::move(type_prefix)),
      journal_(journal),
      client_(settings),
      read_back_(settings, type_prefix_, journal) {}

Producer::~Producer() { stop(); }

std::string Producer::start() {
  if (std::string error = client_.create(Client::Role::producer); !error.empty()) return error;
  topic_.reset(rd_kafka_topic_new(client_.handle(), settings_.topic.c_str(), nullptr));
  if (topic_ == nullptr) {
    return "kafka.topic \"" + settings_.topic + "\": " + rd_kafka_err2str(rd_kafka_last_error());
  }
  queue_.reset(rd_kafka_queue_get_main(client_.handle()));
  // Called when the empty queue gets its first element; the worker polls until it is empty before it sleeps.
  rd_kafka_queue_cb_event_enable(queue_.get(), &Producer::reports_there, this);
  return {};
}

void Producer::stop() {
  if (queue_ != nullptr) rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr);
  batch_.reset();
  queue_.reset();
  topic_.reset();
  client_.close();
}

void Producer::reports_there(rd_kafka_s*, void* self) { static_cast<Producer*>(self)->journal_.signal(); }

bool Producer::produce(const Message& message) {
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
  parts[1].u.i32 = 0;
  parts[2].u.i = RD_KAFKA_MSG_F_COPY;
  parts[3].u.ptr = opaque(message.seq);
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

std::size_t Producer::reports(std::span<Report> out) {
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
      out[count++] = {seq_of(*message), message->offset};
    }
  }
  return count;
}

/// The event just polled into batch_: kept when it has reports, else dealt with.
void Producer::take_event() {
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

void Producer::fail(std::string_view text) {
  if (fatal_.empty()) fatal_ = text;
}

void Producer::read_back(const Place& released, std::uint64_t up_to) {
  read_back_.ask(released, up_to, opening_id_);
}

std::optional<engine::Log::ReadBack> Producer::read_back_result() { return read_back_.take(); }

std::size_t Producer::queue_length() const {
  return static_cast<std::size_t>(rd_kafka_outq_len(client_.handle()));
}

}  // namespace kafka
