// The requests of a run, rendered before it: the shop's payload in a few hundred variants, so that sending
// one costs a copy of its bytes; with keys, the digits of the next one besides.
//
// Thread: the generator's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

class Requests {
 public:
  // With keys each order has an Idempotency-Key that no run before had.
  explicit Requests(std::string_view host, bool has_keys = false);

  // Answered with 202 once OrderPlaced is acked.
  // Good until the next one.
  std::string_view order(std::size_t index) { return next(orders_, index); }
  // The same, answered with 200 once the order has ended (`Prefer: wait`).
  std::string_view waiting_order(std::size_t index) { return next(waiting_, index); }
  // Appends the GET of an order to `out`.
  void render_get(std::string_view order_id, std::string& out) const;

 private:
  std::string_view next(std::vector<std::string>& rendered, std::size_t index);

  std::uint64_t next_key_ = 0;  // 0: without
  std::vector<std::string> orders_;
  std::vector<std::string> waiting_;
  std::string get_tail_;
};

}  // namespace bench
