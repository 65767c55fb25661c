// One call on its way: a libcurl handle with the request it sends and the answer it gathers. Its connection
// belongs to the multi handle it is added to, which keeps it for the next call.
//
// How far it got: libcurl calls back between having a connection (TCP, TLS, HTTP/2's preface) and writing the
// request. Without that call nothing of the request has left. From then on it counts as sent: what a failed
// write has put on the wire nobody knows, and on a kept connection that turns out dead libcurl itself sends
// the request again on a fresh one. Whether a kept connection has been closed by the peer is looked at before
// it is taken, so a peer that is gone is mostly found before that call. (tests/unit/participants/cut_test.cc)
//
// Thread: the client's. Bounds: answer_bytes_max of an answer are kept, the rest is refused.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "edge/participants/call.h"
#include "edge/participants/settings.h"
#include "edge/participants/signature.h"

namespace participants {

class Transfer {
 public:
  explicit Transfer(const Settings& settings);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  CURL* handle() { return handle_; }
  /// The transfer of a handle.
  static Transfer& of(CURL* handle);

  /// Signs it with the present time and makes the handle ready to be added.
  void begin(Call call, Signer& signer, std::int64_t timestamp_s, engine::Time now);
  /// After the multi handle has said how it ended; the handle is removed by then.
  Outcome end(CURLcode result);
  /// Of the call that has ended; nothing: nobody records it.
  std::optional<edge::Span> span(const Outcome& outcome);

  engine::Time begun() const { return begun_; }

 private:
  static int about_to_send(void* self, char*, char*, int, int);
  static std::size_t received(char* bytes, std::size_t size, std::size_t count, void* self);

  std::string begin_span();

  CURL* const handle_;
  edge::Spans* const spans_;
  curl_slist* headers_ = nullptr;
  Call call_;
  std::optional<edge::Span> span_;
  engine::Time begun_{};
  bool sending_ = false;  // some of the request may have left
  std::string answer_;
  bool too_long_ = false;
  std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace participants
