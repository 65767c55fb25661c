#include <curl/curl.h>

#include <vector>

#include "bench/participants/caller.h"
#include "bench/participants/stopwatch.h"
#include "engine/ensure.h"

namespace bench {
namespace {

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

CURL* make_handle(const Target& target, curl_slist* headers) {
  CURL* const handle = curl_easy_init();
  ENSURE(handle != nullptr);
  curl_easy_setopt(handle, CURLOPT_URL, target.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  if (!target.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, target.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_PIPEWAIT, 1L);
  }
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "order-engine");
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 30'000L);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, target.body.c_str());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(target.body.size()));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &ignore);
  return handle;
}

bool is_good(const CURLMsg& message) {
  long status = 0;
  curl_easy_getinfo(message.easy_handle, CURLINFO_RESPONSE_CODE, &status);
  return message.data.result == CURLE_OK && status == 200;
}

}  // namespace

Window run_bare(const Target& target, double seconds) {
  curl_slist* headers = nullptr;
  for (const char* const header :
       {"Content-Type: application/cloudevents+json",
        "Idempotency-Key: 01890a5d-ac96-774b-bcce-b302099a8057.payment.charge",
        "webhook-id: 01890a5d-ac96-774b-bcce-b302099a8057.payment.charge", "webhook-timestamp: 1767323045",
        "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "Saga-Attempt: 1"})
    headers = curl_slist_append(headers, header);
  CURLM* const multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(target.connections));
  std::vector<CURL*> handles;
  for (std::size_t i = 0; i < target.connections; ++i) {
    handles.push_back(make_handle(target, headers));
    ENSURE(curl_multi_add_handle(multi, handles.back()) == CURLM_OK);
  }
  std::uint64_t calls = 0, failed = 0;
  Stopwatch watch(seconds);
  while (watch.goes_on(calls)) {
    int running = 0, left = 0;
    curl_multi_perform(multi, &running);
    while (const CURLMsg* const message = curl_multi_info_read(multi, &left)) {
      ++calls;
      if (!is_good(*message)) ++failed;
      CURL* const handle = message->easy_handle;
      curl_multi_remove_handle(multi, handle);
      curl_multi_add_handle(multi, handle);
    }
    curl_multi_poll(multi, nullptr, 0, 100, nullptr);
  }
  for (CURL* const handle : handles) {
    curl_multi_remove_handle(multi, handle);
    curl_easy_cleanup(handle);
  }
  curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
  Window window = watch.window();
  window.failed = failed;
  return window;
}

}  // namespace bench
