#include "edge/participants/transfer.h"

#include <algorithm>
#include <utility>

#include "edge/participants/answer.h"
#include "engine/ensure.h"

namespace participants {
namespace {

long milliseconds(engine::Duration duration) {
  return std::max(1L, static_cast<long>(duration / std::chrono::milliseconds{1}));
}

}  // namespace

template <class Value>
void Transfer::set(CURLoption option, Value value) {
  ENSURE(curl_easy_setopt(handle_, option, value) == CURLE_OK);
}

Transfer::Transfer(const Settings& settings) : handle_(curl_easy_init()) {
  ENSURE(handle_ != nullptr);
  set(CURLOPT_URL, settings.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");  // not what the environment says
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_POST, 1L);
  set(CURLOPT_USERAGENT, "order-engine");
  set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(settings.connect_timeout));
  set(CURLOPT_TIMEOUT_MS, milliseconds(settings.timeout));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // Behind TLS the first handshake says whether one connection can carry all calls, so the others wait for
  // it. In clear only the first answer would say, and a slow one would hold up everybody.
  if (settings.url.starts_with("https:")) set(CURLOPT_PIPEWAIT, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!settings.ca_file.empty()) set(CURLOPT_CAINFO, settings.ca_file.c_str());
  set(CURLOPT_PREREQFUNCTION, &Transfer::about_to_send);
  set(CURLOPT_PREREQDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &Transfer::received);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
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
  const auto header = [this](const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers_, line.c_str());
    ENSURE(longer != nullptr);
    headers_ = longer;
  };
  header("Content-Type: application/cloudevents+json");
  header("Idempotency-Key: " + call_.key);
  header("webhook-id: " + call_.key);
  header("webhook-timestamp: " + std::to_string(timestamp_s));
  header("webhook-signature: " + signer.sign(call_.key, timestamp_s, call_.body));
  header("Saga-Attempt: " + std::to_string(call_.attempt));
  set(CURLOPT_HTTPHEADER, headers_);
  set(CURLOPT_POSTFIELDS, call_.body.data());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
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
