#include "edge/participants/transfer.h"

#include <algorithm>
#include <utility>

#include "edge/participants/answer.h"
#include "edge/participants/request.h"
#include "engine/ensure.h"
#include "engine/saga/trace.h"

namespace participants {
namespace {

long milliseconds(engine::Duration duration) {
  return std::max(1L, static_cast<long>(duration / std::chrono::milliseconds{1}));
}

}  // namespace

Transfer::Transfer(const Settings& settings) : handle_(curl_easy_init()), spans_(settings.spans) {
  ENSURE(handle_ != nullptr);
  set_target(handle_, settings);
  set_option(handle_, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(settings.connect_timeout));
  set_option(handle_, CURLOPT_TCP_KEEPALIVE, 1L);
  // Behind TLS the first handshake says whether one connection can carry all calls, so the others wait for
  // it. In clear only the first answer would say, and a slow one would hold up everybody.
  if (settings.url.starts_with("https:")) set_option(handle_, CURLOPT_PIPEWAIT, 1L);
  set_option(handle_, CURLOPT_PREREQFUNCTION, &Transfer::about_to_send);
  set_option(handle_, CURLOPT_PREREQDATA, static_cast<void*>(this));
  set_option(handle_, CURLOPT_WRITEFUNCTION, &Transfer::received);
  set_option(handle_, CURLOPT_WRITEDATA, static_cast<void*>(this));
  set_option(handle_, CURLOPT_ERRORBUFFER, error_.data());
  set_option(handle_, CURLOPT_PRIVATE, static_cast<void*>(this));
}

Transfer::~Transfer() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
}

Transfer& Transfer::of(CURL* handle) {
  void* self = nullptr;
  ENSURE(curl_easy_getinfo(handle, CURLINFO_PRIVATE, &self) == CURLE_OK && self != nullptr);
  return *static_cast<Transfer*>(self);
}

void Transfer::begin(Call call, Signer& signer, std::int64_t timestamp_s, engine::Time now) {
  call_ = std::move(call);
  begun_ = now;
  sending_ = too_long_ = false;
  answer_.clear();
  error_[0] = '\0';
  curl_slist_free_all(std::exchange(headers_, nullptr));
  headers_ = make_headers({.key = call_.key,
                           .attempt = call_.attempt,
                           .timestamp_s = timestamp_s,
                           .signature = signer.sign(call_.key, timestamp_s, call_.body),
                           .traceparent = begin_span()});
  set_option(handle_, CURLOPT_HTTPHEADER, headers_);
  set_option(handle_, CURLOPT_POSTFIELDS, call_.body.data());
  set_option(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
}

/// What the participant is told: a span of the call's own, if it is recorded.
std::string Transfer::begin_span() {
  span_.reset();
  if (spans_ == nullptr || call_.traceparent.empty()) return call_.traceparent;
  auto trace = saga::Trace::parse(call_.traceparent);
  if (!trace || !trace->sampled()) return call_.traceparent;
  const engine::Time now = spans_->now();
  trace->span = saga::span_within(call_.step_span, static_cast<std::uint64_t>(now.ns));
  span_ = {.trace = trace->id,
           .id = trace->span,
           .parent = call_.step_span,
           .kind = edge::Span::Kind::client,
           .name = std::string{saga::name(call_.turn)},
           .begin = now,
           .attributes = {{"saga.key", call_.key}, {"saga.attempt", std::int64_t{call_.attempt}}}};
  const saga::Trace::Text text = trace->text();
  return {text.data(), text.size()};
}

std::optional<edge::Span> Transfer::span(const Outcome& outcome) {
  if (!span_) return std::nullopt;
  span_->end = std::max(span_->begin, spans_->now());
  if (outcome.status != 0)
    span_->attributes.emplace_back("http.response.status_code", std::int64_t{outcome.status});
  const bool answered = outcome.verdict == Verdict::decided || outcome.verdict == Verdict::later;
  if (!answered) span_->error = outcome.detail.empty() ? "not now" : outcome.detail;
  return std::exchange(span_, std::nullopt);
}

int Transfer::about_to_send(void* self, char*, char*, int, int) {
  static_cast<Transfer*>(self)->sending_ = true;
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::received(char* bytes, std::size_t size, std::size_t count, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  const std::size_t room = answer_bytes_max - transfer.answer_.size();
  transfer.too_long_ = size * count > room;
  transfer.answer_.append(bytes, std::min(size * count, room));
  return transfer.too_long_ ? 0 : size * count;  // 0 ends the transfer, and its connection
}

Outcome Transfer::end(CURLcode result) {
  Outcome outcome;
  if (result == CURLE_OK || too_long_) {
    long status = 0;
    curl_off_t retry_after_s = 0;  // of both forms, libcurl has read the date
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &retry_after_s);
    outcome = judge(call_.turn, {static_cast<int>(status), retry_after_s, answer_, too_long_});
  } else {
    outcome.reach = sending_ ? Reach::sent : Reach::never_reached;
    outcome.detail = error_[0] != '\0' ? error_.data() : curl_easy_strerror(result);
  }
  outcome.id = call_.id;
  return outcome;
}

}  // namespace participants
