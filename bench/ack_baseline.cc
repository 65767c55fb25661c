#include "bench/ack_baseline.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "bench/clock.h"

namespace bench {
namespace {

constexpr std::size_t payload_bytes = 500;  // a structured CloudEvent of the shop's order is about that
constexpr int admin_ms = 10'000;
constexpr std::int64_t report_ns_max = 30 * second_ns;

using Error = std::array<char, 512>;

// An intended time travels through librdkafka as the message's opaque pointer.
void* as_opaque(std::int64_t time_ns) { return reinterpret_cast<void*>(static_cast<std::intptr_t>(time_ns)); }
std::int64_t as_time(void* opaque) {
  return static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(opaque));
}

}  // namespace

AckBaseline::AckBaseline() = default;

AckBaseline::~AckBaseline() {
  if (client_ != nullptr) rd_kafka_destroy(client_);
  if (wake_ >= 0) ::close(wake_);
}

std::optional<std::string> AckBaseline::open(const AckBaselinePlan& plan) {
  plan_ = plan;
  payload_.assign(payload_bytes, 'x');
  Error error{};
  rd_kafka_conf_t* settings = rd_kafka_conf_new();
  std::vector<std::pair<std::string, std::string>> wanted = {{"bootstrap.servers", plan.brokers},
                                                             {"acks", "all"},
                                                             {"enable.idempotence", "true"},
                                                             {"linger.ms", fmt::format("{}", plan.linger_ms)},
                                                             {"socket.nagle.disable", "true"},
                                                             {"allow.auto.create.topics", "true"},
                                                             {"queue.buffering.max.messages", "1000000"},
                                                             {"log_level", "3"}};
  wanted.insert(wanted.end(), plan.client.begin(), plan.client.end());
  for (const auto& [name, value] : wanted) {
    if (rd_kafka_conf_set(settings, name.c_str(), value.c_str(), error.data(), error.size()) ==
        RD_KAFKA_CONF_OK)
      continue;
    rd_kafka_conf_destroy(settings);
    return error.data();
  }
  rd_kafka_conf_set_opaque(settings, this);
  rd_kafka_conf_set_dr_msg_cb(settings, &AckBaseline::reported);
  client_ = rd_kafka_new(RD_KAFKA_PRODUCER, settings, error.data(), error.size());
  if (client_ == nullptr) {
    rd_kafka_conf_destroy(settings);
    return error.data();
  }
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  const std::uint64_t one = 1;
  rd_kafka_queue_t* reports = rd_kafka_queue_get_main(client_);
  rd_kafka_queue_io_event_enable(reports, wake_, &one, sizeof one);
  rd_kafka_queue_destroy(reports);
  return create_topic();
}

std::optional<std::string> AckBaseline::create_topic() {
  Error error{};
  rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(plan_.topic.c_str(), 1, -1 /* the broker's default */,
                                                     error.data(), error.size());
  if (topic == nullptr) return error.data();
  rd_kafka_AdminOptions_t* options = rd_kafka_AdminOptions_new(client_, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_AdminOptions_set_operation_timeout(options, admin_ms, error.data(), error.size());
  rd_kafka_queue_t* answers = rd_kafka_queue_new(client_);
  rd_kafka_CreateTopics(client_, &topic, 1, options, answers);
  rd_kafka_event_t* answer = rd_kafka_queue_poll(answers, admin_ms);
  std::optional<std::string> failure;
  if (answer == nullptr) {
    failure = fmt::format("no answer from {} to the creation of topic {}", plan_.brokers, plan_.topic);
  } else if (const rd_kafka_CreateTopics_result_t* result = rd_kafka_event_CreateTopics_result(answer)) {
    std::size_t count = 0;
    const auto* const* topics = rd_kafka_CreateTopics_result_topics(result, &count);
    const auto code = count == 1 ? rd_kafka_topic_result_error(topics[0]) : rd_kafka_event_error(answer);
    // The embedded mock has no admin calls and creates topics by itself: there the producer finds out.
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS &&
        code != RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)
      failure = fmt::format("topic {}: {}", plan_.topic, rd_kafka_err2str(code));
  }
  if (answer != nullptr) rd_kafka_event_destroy(answer);
  rd_kafka_queue_destroy(answers);
  rd_kafka_AdminOptions_destroy(options);
  rd_kafka_NewTopic_destroy(topic);
  return failure;
}

std::optional<std::string> AckBaseline::run(double rate, std::uint64_t burst, std::int64_t warmup_ns,
                                            std::int64_t window_ns, runtime::Histogram& acks) {
  acks_ = &acks;
  failure_.clear();
  const std::int64_t start_ns = now_ns();
  window_begin_ns_ = start_ns + warmup_ns;
  const std::int64_t end_ns = window_begin_ns_ + window_ns;
  std::uint64_t sent_count = 0;
  const auto intended = [&] { return start_ns + intended_ns(sent_count, rate, burst); };
  for (std::int64_t now = start_ns; failure_.empty(); now = now_ns()) {
    for (; intended() <= now && intended() < end_ns; ++sent_count)
      if (auto failure = produce(intended())) return failure;
    const bool is_all_sent = intended() >= end_ns;
    if (is_all_sent && in_flight_ == 0) return std::nullopt;
    if (now > end_ns + report_ns_max) return fmt::format("{} messages were never reported on", in_flight_);
    wait(is_all_sent ? now + second_ns / 10 : intended());
  }
  return failure_;
}

std::optional<std::string> AckBaseline::produce(std::int64_t intended_ns) {
  // As long as an order id, and as different.
  std::string key = fmt::format("a7f3e2c9-8b1f-4d23-bb0f-{:012x}", key_++);
  // producev without its varargs macros, which strict warnings refuse.
  std::array<rd_kafka_vu_t, 6> message{};
  message[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  message[0].u.cstr = plan_.topic.c_str();
  message[1].vtype = RD_KAFKA_VTYPE_PARTITION;
  message[1].u.i32 = 0;
  message[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  message[2].u.i = RD_KAFKA_MSG_F_COPY;
  message[3].vtype = RD_KAFKA_VTYPE_KEY;
  message[3].u.mem = {key.data(), key.size()};
  message[4].vtype = RD_KAFKA_VTYPE_VALUE;
  message[4].u.mem = {payload_.data(), payload_.size()};
  message[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
  message[5].u.ptr = as_opaque(intended_ns);
  if (rd_kafka_error_t* error = rd_kafka_produceva(client_, message.data(), message.size())) {
    std::string what = std::string{"produceva: "} + rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    return what;
  }
  ++in_flight_;
  return std::nullopt;
}

void AckBaseline::reported(rd_kafka_s*, const rd_kafka_message_s* message, void* self) {
  auto& baseline = *static_cast<AckBaseline*>(self);
  const std::int64_t intended_ns = as_time(message->_private);
  --baseline.in_flight_;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
    baseline.failure_ = std::string{"delivery: "} + rd_kafka_err2str(message->err);
  else if (intended_ns >= baseline.window_begin_ns_)
    baseline.acks_->record(static_cast<std::uint64_t>(now_ns() - intended_ns));
}

void AckBaseline::wait(std::int64_t until_ns) {
  // The queue signals only when it goes from empty to one: drain it before sleeping, and after.
  if (rd_kafka_poll(client_, 0) == 0) {
    const std::int64_t left_ns = std::max<std::int64_t>(0, until_ns - now_ns());
    const timespec timeout{left_ns / second_ns, left_ns % second_ns};
    pollfd readable{.fd = wake_, .events = POLLIN, .revents = 0};
    if (::ppoll(&readable, 1, &timeout, nullptr) > 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t bytes = ::read(wake_, &count, sizeof count);
    }
  }
  while (rd_kafka_poll(client_, 0) > 0) {
  }
}

}  // namespace bench
