// What the engine asks Redis before anything runs: where the checkpoint stands, what is live, what is in
// stock; and the fence that keeps older engines' batches out. Blocking, with a deadline. Thread: main's,
// before the workers run.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edge/redis/url.h"
#include "engine/ports.h"

struct redisContext;
struct redisReply;

namespace redis {

class Start {
 public:
  Start();
  ~Start();

  /// Tries until Redis is connected, authenticated and out of its passing states (LOADING), or the time is
  /// up: then error() says so, without the password.
  bool connect(const Url& url, engine::Duration deadline);

  struct Loaded {
    engine::Store::Checkpoint checkpoint;  // {-1, -1, 0} when Redis is empty
    std::int64_t fence = -1;               // the newest epoch that has fenced; -1: none
    std::string engine;                    // who did
    std::uint64_t requests = 0;
    std::string fingerprint;                                  // of the log, as set_fence was told
    std::uint64_t live = 0;                                   // unfinished orders
    std::vector<std::pair<std::string, std::int64_t>> stock;  // sku, free
    std::string warning;  // about settings that break a promise; empty when there is none
  };
  std::optional<Loaded> load();

  struct Fence {
    std::int64_t epoch = -1;
    std::string_view engine;       // this engine's id
    std::string_view fingerprint;  // what is remembered of the log from now on
    engine::Store::Checkpoint follows,
        reaches;  // the checkpoint moves in the same step; both the same: it stays
  };
  enum class Fenced : std::uint8_t {
    set,        // now, or already
    newer,      // a newer epoch's fence is there: this engine has been replaced
    elsewhere,  // the checkpoint is not the one followed
    failed,     // error() says why
  };
  Fenced set_fence(const Fence& fence);

  const std::string& error() const { return error_; }

 private:
  struct FreeContext {
    void operator()(redisContext* context) const;
  };
  struct FreeReply {
    void operator()(redisReply* reply) const;
  };
  using Reply = std::unique_ptr<redisReply, FreeReply>;

  bool try_connect(engine::Duration left);
  Reply ask(std::initializer_list<std::string_view> command);
  bool load_stock(Loaded& loaded);
  void check_settings(Loaded& loaded);

  Url url_;
  std::unique_ptr<redisContext, FreeContext> context_;
  std::string error_;
};

}  // namespace redis
