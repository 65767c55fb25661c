// Names to addresses, off the reactor: getaddrinfo blocks for as long as a name server pleases, so it runs on
// a thread of its own, one question at a time. A numeric address is answered at once.
//
// Thread: the owner's; destruction waits for a question that is under way.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace redis {

class Resolver {
 public:
  ~Resolver();

  /// The answer before is forgotten; no question is under way.
  void ask(const std::string& host);

  struct Answer {
    std::vector<std::string> addresses;  // numeric, in the system's order of preference
    std::string error;
  };
  /// Nothing as long as it is under way.
  std::optional<Answer> answer();

 private:
  std::thread thread_;
  Answer answer_;
  std::atomic<bool> done_{false};
};

}  // namespace redis
