// The Redis of `--dev`: a child redis-server on a unix socket in a private folder, empty, that keeps nothing.
// It dies with the thread that started it (PR_SET_PDEATHSIG), so that no crash leaves one behind. It is not
// in our terminal's process group, so that a Ctrl-C drains the engine before its Redis ends. Its folder is
// locked as long as we live; a start removes those of engines that were killed.
//
// Thread: main's, which lives as long as the process.
#pragma once

#include <sys/types.h>

#include <string>

#include "engine/time.h"

namespace redis {

class EmbeddedServer {
 public:
  EmbeddedServer() = default;
  ~EmbeddedServer() { stop(); }
  EmbeddedServer(const EmbeddedServer&) = delete;
  EmbeddedServer& operator=(const EmbeddedServer&) = delete;

  /// Until it answers, or false: error() says why and what to do.
  bool start(engine::Duration deadline);
  void stop();
  /// It was there and has ended by itself: error() says how.
  bool has_ended();

  std::string url() const;  // unix://…
  const std::string& error() const { return error_; }
  pid_t pid() const { return pid_; }

 private:
  bool make_folder();
  bool spawn();
  std::string last_words() const;

  std::string folder_;
  int lock_ = -1;  // an open descriptor of the folder
  std::string error_;
  pid_t pid_ = -1;
  bool ended_ = false;
};

}  // namespace redis
