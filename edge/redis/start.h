// What the engine asks Redis before anything runs: where the checkpoint stands; the fence that keeps older
// engines' batches out; then what is live and in stock; and the batches in which the fold of the log goes
// back. Blocking, with a deadline. Thread: main's, before the workers run.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edge/redis/session.h"
#include "edge/redis/url.h"
#include "engine/ports.h"

namespace redis {

class Start {
 public:
  /// Tries until Redis is connected, authenticated and out of its passing states (LOADING), or the time is
  /// up: then error() says so, without the password. Between two attempts it may be told to stop.
  bool connect(
      const Url& url, engine::Duration deadline,
      const std::function<bool()>& told_to_stop = [] { return false; });

  struct Loaded {
    engine::Store::Checkpoint checkpoint;  // {-1, -1, 0} when Redis is empty
    std::string opening;      // the id of the opening of the checkpoint's epoch, where it is known
    std::int64_t fence = -1;  // the newest epoch that has fenced; -1: none
    std::string engine;       // who did
    std::uint64_t requests = 0;
    std::string fingerprint;  // of the log, as the last batch said
    /// What Redis held at the checkpoint; nothing: an engine that does not count has written it.
    std::optional<saga::Contents> contents;
    std::string refusal;                // about a setting with which no promise holds; empty: none
    std::vector<std::string> warnings;  // about settings that break a promise
  };
  std::optional<Loaded> load();

  struct Fence {
    std::int64_t epoch = -1;
    std::string_view engine;  // this engine's id
  };
  enum class Fenced : std::uint8_t {
    set,     // now, or already
    newer,   // a newer epoch's fence is there: this engine has been replaced
    failed,  // error() says why
  };
  /// Where the checkpoint stands is another question, asked behind it: load().
  Fenced set_fence(const Fence& fence);

  /// Redis has reached nothing any more, behind our fence; levels stay as they are, for the fold to write
  /// over (batch_script.h). `failed` too if our fence is gone: error() is empty then.
  Fenced reset(std::int64_t epoch);

  // --- Behind the fence no older engine writes; a newer one may, so whoever reads in parts asks once more
  // whether checkpoint and fence have stayed.
  using Stock = std::vector<std::pair<std::string, std::int64_t>>;  // sku, free; each once
  std::optional<Stock> load_stock();
  /// Every unfinished order with its document, nothing where there is none; one may come twice. False from
  /// `take` ends it, as an error does. A key of another type holds nothing.
  using TakeLive = std::function<bool(std::string_view id, std::optional<std::string_view> document)>;
  bool load_live(const TakeLive& take);
  /// The documents of these orders, one by one in the same way and order.
  bool load_documents(std::span<const std::string_view> ids, const TakeLive& take);

  /// Applies a batch and waits for it, over lost connections and passing states too, as long as connect() may
  /// take. Nothing: error() says why.
  std::optional<engine::Store::Applied> write(const engine::Store::Batch& batch, engine::Duration keep);

  const std::string& error() const { return error_; }
  /// connect() has found a Redis Cluster or a sentinel: a wrong setting, where otherwise a service is
  /// missing.
  bool unfit() const { return session_.unfit(); }

 private:
  using Reply = Session::Reply;

  bool try_connect(engine::Duration left);
  Reply ask(std::initializer_list<std::string_view> command);
  Reply send(std::string_view formatted);
  bool wrong_type() const { return error_.starts_with("WRONGTYPE"); }
  void check_settings(Loaded& loaded);

  Url url_;
  engine::Duration deadline_{};
  Session session_;
  std::string error_;
};

}  // namespace redis
