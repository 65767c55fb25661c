// The calls that are under way to one participant: libcurl's multi handle with its kept connections, and the
// transfers on it.
//
// By curl_multi_perform and curl_multi_poll: epoll with curl_multi_socket_action was measured 8 to 20 % dearer a
// call, with 32 and with 256 connections, for it registers and forgets the socket once in every call
// (bench/participants).
//
// Thread: one, but for wake(). Bounds: as many transfers as calls were under way at once; as many kept
// connections as the settings allow calls.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <vector>

#include "edge/participants/transfer.h"

namespace participants {

class Transfers {
 public:
  explicit Transfers(const Settings& settings);
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;
  ~Transfers();

  void begin(Call call, engine::Time now);
  std::size_t count() const { return transfers_.size() - idle_.size(); }

  /// Moves all of them on as far as they go without waiting.
  void perform();
  /// The next that has ended, in no order; to be asked until there is none.
  struct Ended {
    Outcome outcome;
    engine::Time begun;
  };
  std::optional<Ended> next_ended();

  /// Waits for a socket, for wake(), or so long.
  void wait(engine::Duration most);
  /// From any thread.
  void wake();

 private:
  const Settings& settings_;
  CURLM* const multi_;
  Signer signer_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> idle_;
};

}  // namespace participants
