#include "edge/kafka/reader.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <utility>

#include "edge/kafka/topic_shape.h"

namespace kafka {
namespace {

int milliseconds(engine::Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

std::string_view text_of(const void* bytes, std::size_t size) {
  return bytes == nullptr ? std::string_view{} : std::string_view{static_cast<const char*>(bytes), size};
}

}  // namespace

void Reader::DestroyMessage::operator()(rd_kafka_message_s* message) const {
  rd_kafka_message_destroy(message);
}

Reader::Reader(const Settings& settings) : settings_(settings), client_(settings) {}

Reader::~Reader() {
  message_.reset();
  if (started_) rd_kafka_consume_stop(topic_.get(), partition);
}

engine::Result<> Reader::start(tape::Offset from) {
  if (client_.handle() == nullptr) {
    if (auto created = client_.create(Client::Role::consumer); !created.ok()) return created;
    topic_.reset(rd_kafka_topic_new(client_.handle(), settings_.topic.c_str(), nullptr));
  }
  message_.reset();
  if (started_) rd_kafka_consume_stop(topic_.get(), partition);
  // A plain assignment: no group, nothing committed.
  started_ = topic_ != nullptr && rd_kafka_consume_start(topic_.get(), partition, from) == 0;
  if (!started_) return "kafka: " + std::string{rd_kafka_err2str(rd_kafka_last_error())};
  return {};
}

Reader::ReadStatus Reader::next(engine::Duration wait, ReadRecord& out) {
  message_.reset(rd_kafka_consume(topic_.get(), partition, std::max(milliseconds(wait), 0)));
  if (message_ == nullptr) return ReadStatus::nothing;
  switch (message_->err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      break;
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      return ReadStatus::end;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return ReadStatus::no_offset;
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return ReadStatus::no_topic;
    default:
      client_.note_error(rd_kafka_message_errstr(message_.get()));
      return ReadStatus::nothing;
  }
  headers_.clear();
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message_.get(), &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
      headers_.push_back({name, text_of(value, size)});
    }
  }
  out.key = text_of(message_->key, message_->key_len);
  out.value = text_of(message_->payload, message_->len);
  out.headers = headers_;
  out.heading = parser_.parse(message_->offset, out.value, headers_);
  return ReadStatus::record;
}

Reader::Bounds Reader::bounds(engine::Duration wait) {
  std::int64_t low = -1, high = -1;
  const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
      client_.handle(), settings_.topic.c_str(), partition, &low, &high, milliseconds(wait));
  return error == RD_KAFKA_RESP_ERR_NO_ERROR ? Bounds{low, high} : Bounds{};
}

}  // namespace kafka
