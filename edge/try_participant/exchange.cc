#include "edge/try_participant/exchange.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <memory>

#include "edge/participants/answer.h"
#include "edge/participants/request.h"
#include "edge/participants/signature.h"
#include "engine/ensure.h"

namespace try_participant {
namespace {

using participants::Outcome;
using participants::set_option;
using participants::set_target;
using participants::Settings;

/// One request under way. It stays where it is: libcurl has its address.
class Exchange {
 public:
  Exchange(const Settings& settings, const Request& request) : request_(request), handle_(curl_easy_init()) {
    ENSURE(handle_ != nullptr);
    set_target(handle_, settings);
    set_option(handle_, CURLOPT_READFUNCTION, &Exchange::read);
    set_option(handle_, CURLOPT_READDATA, static_cast<void*>(this));
    set_option(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set_option(handle_, CURLOPT_WRITEFUNCTION, &Exchange::received);
    set_option(handle_, CURLOPT_WRITEDATA, static_cast<void*>(this));
    set_option(handle_, CURLOPT_ERRORBUFFER, error_.data());
    set_option(handle_, CURLOPT_PRIVATE, static_cast<void*>(this));
    add_headers();
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    curl_easy_cleanup(handle_);
    curl_slist_free_all(headers_);
  }

  CURL* handle() { return handle_; }
  bool hesitates() const { return request_.hesitates && !may_end_; }
  void go_on() {
    may_end_ = true;
    curl_easy_pause(handle_, CURLPAUSE_CONT);
  }

  Outcome end(CURLcode result) {
    long status = 0;
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &retry_after_s);
    if (result == CURLE_OK)
      return participants::judge(request_.turn, {static_cast<int>(status), retry_after_s, answer_, false});
    Outcome outcome;
    outcome.detail = error_[0] != '\0' ? error_.data() : curl_easy_strerror(result);
    return outcome;
  }

 private:
  void add_headers() {
    const auto now = std::chrono::system_clock::now().time_since_epoch() + request_.timestamp_offset;
    const auto timestamp_s = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    const std::string signature =
        request_.secrets.empty()
            ? ""
            : participants::Signer(request_.secrets).sign(request_.key, timestamp_s, request_.body);
    headers_ = participants::make_headers({.key = request_.key,
                                           .attempt = request_.attempt,
                                           .timestamp_s = timestamp_s,
                                           .signature = signature});
    participants::add_header(headers_, "Expect:");
    set_option(handle_, CURLOPT_HTTPHEADER, headers_);
  }

  static std::size_t read(char* to, std::size_t size, std::size_t count, void* self) {
    Exchange& exchange = *static_cast<Exchange*>(self);
    const std::string& body = exchange.request_.body;
    const std::size_t end = exchange.hesitates() ? body.size() / 2 : body.size();
    const std::size_t bytes = std::min(size * count, end - exchange.sent_);
    if (bytes == 0 && exchange.hesitates()) return CURL_READFUNC_PAUSE;
    std::memcpy(to, body.data() + exchange.sent_, bytes);
    exchange.sent_ += bytes;
    return bytes;
  }

  static std::size_t received(char* bytes, std::size_t size, std::size_t count, void* self) {
    std::string& answer = static_cast<Exchange*>(self)->answer_;
    if (answer.size() + size * count > participants::answer_bytes_max) return 0;
    answer.append(bytes, size * count);
    return size * count;
  }

  const Request& request_;
  CURL* const handle_;
  curl_slist* headers_ = nullptr;
  std::size_t sent_ = 0;  // bytes of the body
  bool may_end_ = false;
  std::string answer_;
  std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace

std::vector<Outcome> exchange(const Settings& settings, std::span<const Request> requests) {
  CURLM* const multi = curl_multi_init();
  ENSURE(multi != nullptr);
  std::vector<std::unique_ptr<Exchange>> exchanges;
  for (const Request& request : requests) {
    exchanges.push_back(std::make_unique<Exchange>(settings, request));
    ENSURE(curl_multi_add_handle(multi, exchanges.back()->handle()) == CURLM_OK);
  }
  const auto hesitating = static_cast<int>(std::count_if(
      requests.begin(), requests.end(), [](const Request& request) { return request.hesitates; }));
  std::vector<Outcome> outcomes(requests.size());
  for (int running = 1; running > 0;) {
    ENSURE(curl_multi_perform(multi, &running) == CURLM_OK);
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi, &left)) {
      const auto ended = std::find_if(exchanges.begin(), exchanges.end(), [message](const auto& each) {
        return each->handle() == message->easy_handle;
      });
      outcomes[static_cast<std::size_t>(ended - exchanges.begin())] = (*ended)->end(message->data.result);
    }
    if (running == hesitating) {
      for (const auto& each : exchanges) {
        if (each->hesitates()) each->go_on();
      }
    }
    if (running > 0) ENSURE(curl_multi_poll(multi, nullptr, 0, 1000, nullptr) == CURLM_OK);
  }
  for (const auto& each : exchanges) curl_multi_remove_handle(multi, each->handle());
  exchanges.clear();
  curl_multi_cleanup(multi);
  return outcomes;
}

}  // namespace try_participant
