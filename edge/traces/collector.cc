#include "edge/traces/collector.h"

#include <algorithm>
#include <chrono>

#include "engine/ensure.h"
#include "engine/runtime/clock.h"

namespace traces {
namespace {

constexpr std::size_t answer_bytes_max = 16384;

template <class Value>
void set_option(CURL* handle, CURLoption option, Value value) {
  ENSURE(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

long milliseconds(engine::Duration duration) {
  return std::max(1L, static_cast<long>(duration / std::chrono::milliseconds{1}));
}

std::string address(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url + "/v1/traces";
}

}  // namespace

Collector::Collector(const Settings& settings) : handle_(curl_easy_init()), multi_(curl_multi_init()) {
  ENSURE(handle_ != nullptr && multi_ != nullptr);
  headers_ = curl_slist_append(nullptr, "Content-Type: application/json");
  for (const Header& header : settings.headers)
    headers_ = curl_slist_append(headers_, (header.name + ": " + header.value).c_str());
  ENSURE(headers_ != nullptr);
  set_option(handle_, CURLOPT_URL, address(settings.url).c_str());
  set_option(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(handle_, CURLOPT_PROXY, "");  // not what the environment says
  set_option(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  set_option(handle_, CURLOPT_NOSIGNAL, 1L);
  set_option(handle_, CURLOPT_POST, 1L);
  set_option(handle_, CURLOPT_USERAGENT, "order-engine");
  set_option(handle_, CURLOPT_HTTPHEADER, headers_);
  set_option(handle_, CURLOPT_TIMEOUT_MS, milliseconds(settings.timeout));
  set_option(handle_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set_option(handle_, CURLOPT_WRITEFUNCTION, &Collector::received);
  set_option(handle_, CURLOPT_WRITEDATA, static_cast<void*>(this));
}

Collector::~Collector() {
  curl_multi_cleanup(multi_);
  curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
}

Collector::Answer Collector::post(const std::string& body) {
  answer_.clear();
  set_option(handle_, CURLOPT_POSTFIELDS, body.data());
  set_option(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  ENSURE(curl_multi_add_handle(multi_, handle_) == CURLM_OK);
  const CURLcode result = perform();
  ENSURE(curl_multi_remove_handle(multi_, handle_) == CURLM_OK);
  if (result != CURLE_OK) return {.text = curl_easy_strerror(result)};
  long status = 0;
  curl_off_t pause_s = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &pause_s);
  return {.status = static_cast<int>(status),
          .text = std::move(answer_),
          .pause = std::chrono::seconds{std::clamp<curl_off_t>(pause_s, 0, 3600)}};
}

CURLcode Collector::perform() {
  const runtime::SystemClock clock;
  for (;;) {
    int running = 0;
    ENSURE(curl_multi_perform(multi_, &running) == CURLM_OK);
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) return message->data.result;
    }
    // acquire: pairs with the release in stop_by(), which wakes this up.
    const engine::Duration rest = engine::Time{last_ns_.load(std::memory_order_acquire)} - clock.now();
    if (rest <= engine::Duration::zero()) return CURLE_ABORTED_BY_CALLBACK;
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(
        std::min<engine::Duration>(rest, std::chrono::seconds{10}));
    ENSURE(curl_multi_poll(multi_, nullptr, 0, static_cast<int>(ms.count()), nullptr) == CURLM_OK);
  }
}

std::size_t Collector::received(char* bytes, std::size_t size, std::size_t count, void* self) {
  std::string& answer = static_cast<Collector*>(self)->answer_;
  answer.append(bytes, std::min(size * count, answer_bytes_max - answer.size()));
  return size * count;  // the rest is of no interest
}

void Collector::stop_by(engine::Time last) {
  last_ns_.store(last.ns, std::memory_order_release);
  curl_multi_wakeup(multi_);
}

}  // namespace traces
