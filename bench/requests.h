// The requests of a run, rendered before it: the shop's payload in a few hundred variants, so that sending
// one costs a copy of its bytes.
//
// Thread: any after construction.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

class Requests {
 public:
  explicit Requests(std::string_view host);

  // Answered with 202 once OrderPlaced is acked.
  std::string_view order(std::size_t index) const { return orders_[index % orders_.size()]; }
  // The same, answered with 200 once the order has ended (`Prefer: wait`).
  std::string_view waiting_order(std::size_t index) const { return waiting_[index % waiting_.size()]; }
  // Appends the GET of an order to `out`.
  void render_get(std::string_view order_id, std::string& out) const;

 private:
  std::vector<std::string> orders_;
  std::vector<std::string> waiting_;
  std::string get_tail_;
};

}  // namespace bench
