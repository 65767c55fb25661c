// What the engine asks Redis before anything runs: where the checkpoint stands; the fence that keeps older
// engines' batches out; then what is live and in stock; and the batches in which the fold of the log goes
// back. Blocking, with a deadline.
//
//   connect ─▶ load ─ the log is opened ─▶ set_fence ─▶ load ─▶ load_stock, load_live ─▶ load: unmoved? ─┐
//                                                                                                        │
//              write, write, … ◀─┬─────────────── all is there ◀─────────────────────────────────────────┤
//                                └─ reset ◀────── nothing, or a part is gone ◀───────────────────────────┘
//
// Thread: main's, before the workers run.
#pragma once

#include <chrono>
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
#include "engine/saga/id.h"
#include "engine/start_ports.h"

namespace redis {

class Start final : public engine::StartStore {
 public:
  /// Tries until Redis is connected, authenticated and out of its passing states (LOADING), or the time is
  /// up: then error() says so, without the password. Between two attempts it may be told to stop.
  bool connect(
      const Url& url, engine::Duration deadline,
      const std::function<bool()>& told_to_stop = [] { return false; });

  std::optional<Loaded> load() override;
  Fenced set_fence(const Fence& fence) override;
  Fenced reset(std::int64_t epoch) override;

  std::optional<Stock> load_stock() override;
  /// A key of another type holds nothing.
  bool load_live(const TakeLive& take) override;
  bool load_documents(std::span<const std::string_view> ids, const TakeLive& take) override;
  bool load_recent(std::size_t count, engine::Duration patience, const TakeLive& take) override;

  /// Over lost connections and passing states too, as long as connect() may take.
  std::optional<engine::Store::Applied> write(const engine::Store::Batch& batch,
                                              engine::Duration keep) override;

  // --- The indexes of references (start_references.cc), for whoever holds them against the log.
  struct Reference {
    std::string_view reference;
    saga::OrderId id;
    std::uint64_t serial = 0;
  };
  using TakeReference = std::function<void(const Reference& entry, std::optional<std::string_view> document)>;
  /// Who ended with a reference behind this offset is in its index; INT64_MAX: an engine that keeps none has written last.
  /// Nothing: error() says why, as where the others answer false.
  std::optional<std::int64_t> load_indexed_from();
  /// Every entry with the document of its order; one may come twice. A key of another type has none.
  bool load_references(const TakeReference& take);
  /// Calls for those that their index does not have, though it has its room for them.
  bool find_missing(std::span<const Reference> references,
                    const std::function<void(std::size_t index)>& missing);

  const std::string& error() const override { return error_; }
  /// connect() has found a Redis Cluster or a sentinel: a wrong setting, where otherwise a service is
  /// missing.
  bool unfit() const { return session_.unfit(); }

 private:
  using Reply = Session::Reply;
  // Once connected: loading a large stock hash is one answer.
  static constexpr engine::Duration answer_timeout = std::chrono::seconds{30};

  bool try_connect(engine::Duration left);
  Reply ask(std::initializer_list<std::string_view> command);
  Reply send(std::string_view formatted, std::size_t commands = 1);
  bool wrong_type() const { return error_.starts_with("WRONGTYPE"); }
  void check_settings(Loaded& loaded);

  Url url_;
  engine::Duration deadline_{};
  Session session_;
  std::string error_;
};

}  // namespace redis
