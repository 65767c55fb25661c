#include "edge/participants/request.h"

#include <algorithm>
#include <chrono>

namespace participants {

void set_target(CURL* handle, const Settings& settings) {
  set_option(handle, CURLOPT_URL, settings.url.c_str());
  set_option(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(handle, CURLOPT_PROXY, "");  // not what the environment says
  set_option(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set_option(handle, CURLOPT_NOSIGNAL, 1L);
  set_option(handle, CURLOPT_POST, 1L);
  set_option(handle, CURLOPT_USERAGENT, "order-engine");
  set_option(handle, CURLOPT_TIMEOUT_MS,
             std::max(1L, static_cast<long>(settings.timeout / std::chrono::milliseconds{1})));
  set_option(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set_option(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!settings.ca_file.empty()) set_option(handle, CURLOPT_CAINFO, settings.ca_file.c_str());
}

void add_header(curl_slist*& headers, const std::string& line) {
  curl_slist* const longer = curl_slist_append(headers, line.c_str());
  ENSURE(longer != nullptr);
  headers = longer;
}

curl_slist* make_headers(const RequestHead& head) {
  curl_slist* headers = nullptr;
  add_header(headers, "Content-Type: application/cloudevents+json");
  add_header(headers, "Idempotency-Key: " + head.key);
  add_header(headers, "webhook-id: " + head.key);
  add_header(headers, "webhook-timestamp: " + std::to_string(head.timestamp_s));
  if (!head.signature.empty()) add_header(headers, "webhook-signature: " + head.signature);
  add_header(headers, "Saga-Attempt: " + std::to_string(head.attempt));
  if (!head.traceparent.empty()) add_header(headers, "traceparent: " + head.traceparent);
  return headers;
}

}  // namespace participants
