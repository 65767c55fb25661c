// The participant that is called: a child process with one thread that answers every POST at once, as cheaply as
// can be, so that what is measured is the caller. It confirms what its turn asks for; of an order of the item
// `waits` it says that it answers later.
//
// Thread: main's, before it starts others: it forks.
#pragma once

#include <sys/types.h>

#include <string>

namespace bench {

class Peer {
 public:
  Peer();  // listens when it returns
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer();

  const std::string& url() const { return url_; }

 private:
  pid_t pid_ = -1;
  std::string url_;
};

}  // namespace bench
