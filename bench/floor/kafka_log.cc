#include "bench/floor/kafka_log.h"

#include <librdkafka/rdkafka.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>

#include "edge/kafka/topic.h"
#include "engine/ensure.h"

namespace bare {

KafkaLog::KafkaLog(const kafka::Settings& settings)
    : settings_(settings), client_(settings), eventfd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

KafkaLog::~KafkaLog() { close(eventfd_); }

bool KafkaLog::start() {
  if (const auto created = client_.create(kafka::Client::Role::producer); !created.ok()) return false;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  const auto topic = kafka::prepare_topic(client_, deadline, [] { return false; });
  if (topic.outcome != kafka::TopicCheck::Outcome::good) return false;
  topic_.reset(rd_kafka_topic_new(client_.handle(), settings_.topic.c_str(), nullptr));
  if (topic_ == nullptr) return false;
  queue_.reset(rd_kafka_queue_get_main(client_.handle()));
  send({}, "{}", {}, nullptr);
  constexpr int patience_ms = 10'000;
  batch_.reset(rd_kafka_queue_poll(queue_.get(), patience_ms));
  const bool acked = batch_ != nullptr && next_report();
  batch_.reset();
  constexpr std::uint64_t one = 1;
  rd_kafka_queue_io_event_enable(queue_.get(), eventfd_, &one, sizeof one);
  return acked;
}

void KafkaLog::produce(const codec::CloudEvents& events, const codec::Rendered& event, void* opaque) {
  send(event.subject, events.value(event), events.headers(event), opaque);
}

void KafkaLog::send(std::string_view key, std::string_view value, const codec::RecordHeaders& headers,
                    void* opaque) {
  rd_kafka_headers_t* const list = rd_kafka_headers_new(headers.view().size());
  for (const engine::Log::Header& header : headers.view())
    rd_kafka_header_add(list, header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  std::array<rd_kafka_vu_t, 7> parts{};
  parts[0].vtype = RD_KAFKA_VTYPE_RKT;
  parts[0].u.rkt = topic_.get();
  parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
  parts[1].u.i32 = 0;
  parts[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  parts[2].u.i = RD_KAFKA_MSG_F_COPY;
  parts[3].vtype = RD_KAFKA_VTYPE_OPAQUE;
  parts[3].u.ptr = opaque;
  parts[4].vtype = RD_KAFKA_VTYPE_HEADERS;
  parts[4].u.headers = list;
  parts[5].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[5].u.mem = {const_cast<char*>(value.data()), value.size()};
  parts[6].vtype = RD_KAFKA_VTYPE_KEY;
  parts[6].u.mem = {const_cast<char*>(key.data()), key.size()};
  ENSURE(rd_kafka_produceva(client_.handle(), parts.data(), parts.size()) == nullptr);
}

bool KafkaLog::next_batch() {
  batch_.reset(rd_kafka_queue_poll(queue_.get(), 0));
  if (batch_ != nullptr) return true;
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t read_bytes = read(eventfd_, &count, sizeof count);
  batch_.reset(rd_kafka_queue_poll(queue_.get(), 0));  // what came before the eventfd was emptied
  return batch_ != nullptr;
}

bool KafkaLog::next_report() {
  if (rd_kafka_event_type(batch_.get()) != RD_KAFKA_EVENT_DR) {
    if (rd_kafka_event_error_is_fatal(batch_.get()) != 0)
      std::fprintf(stderr, "floor: kafka: %s\n", rd_kafka_event_error_string(batch_.get()));
    return false;
  }
  const rd_kafka_message_t* const message = rd_kafka_event_message_next(batch_.get());
  if (message == nullptr) return false;
  ENSURE(message->err == RD_KAFKA_RESP_ERR_NO_ERROR);
  opaque_ = message->_private;
  offset_ = message->offset;
  return true;
}

}  // namespace bare
