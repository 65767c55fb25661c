// What every request to a participant has in common, whoever makes it: the engine's own calls (transfer.h) and
// those of a trial (edge/try_participant).
//
// Thread: any; nothing here has state.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <string>

#include "edge/participants/settings.h"
#include "engine/ensure.h"

namespace participants {

template <class Value>
void set_option(CURL* handle, CURLoption option, Value value) {
  ENSURE(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

/// A POST to the settings' url, and how it gets there: straight, verified, redirects not followed, in time.
void set_target(CURL* handle, const Settings& settings);

struct RequestHead {
  const std::string& key;
  std::uint32_t attempt = 1;
  std::int64_t timestamp_s = 0;
  std::string signature{};    // empty: it is sent without one
  std::string traceparent{};  // the same
};
/// curl_slist_free_all() is for whoever asks.
curl_slist* make_headers(const RequestHead& head);
void add_header(curl_slist*& headers, const std::string& line);

}  // namespace participants
