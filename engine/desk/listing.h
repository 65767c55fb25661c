// Listing orders: everything in memory, newest first, a page at a time; or those that are named, by id or reference
// wherever they are, by e-mail address in memory. What is not in memory comes from the store: which finished orders have
// the reference, then one document after the other; while it is away, a page that needs it is not to be had.
//
//   start ─┬─ an id ──▶ look_up ─▶ finish                    (there is none: perhaps it is a reference)
//          ├─ another name ─▶ ask_store ─▶ search ─▶ go_on   (memory after the store: what left it meanwhile is in both)
//          └─ nobody named ──────────────▶ search ─▶ go_on ─▶ look_up, a line each ─▶ finish
//
// A page ends early before it grows too large; one order it always shows. Those that the store has under a reference and
// that do not pass make it shorter.
// Thread: the reactor's. Bounds: ListRequest's, a page; one a request.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/desk/waiting.h"
#include "engine/pool.h"

namespace desk {

struct ListRequest {
  orders::Filter filter{};
  std::uint64_t before = UINT64_MAX;  // only orders with a lower serial
  std::size_t limit = 0;
  std::size_t bytes = 0;
  std::string named{};  // an order's id, whatever else is said of it; else an e-mail address or a reference
};

class Listing final : public Waiting {
 public:
  Listing(const Dependencies& with, engine::Pool<Listing>& pool) : Waiting(with), pool_(pool) {}

  void start(ListRequest request, const Deadlines& deadlines, Client& client);

 private:
  std::size_t held() const override { return request_.bytes; }  // what it may grow to
  void looked_up(const Whereabouts& order) override;
  void cut_short() override { answer({.outcome = Outcome::unavailable}); }
  void given_back() override;

  void looked_up_reference(Found found, std::string_view lines) override;

  struct Line {
    std::uint64_t serial;
    saga::OrderId id;
  };
  void name();
  void search();
  bool add(const Line& line, std::string document);
  bool passes(const tape::Record& live) const;
  bool passes(std::string_view document) const;
  void go_on();
  void finish();

  engine::Pool<Listing>& pool_;
  ListRequest request_{};
  std::vector<Line> kept_;  // by the store, of the reference
  std::vector<Line> lines_;
  std::vector<std::string> documents_;  // of each line; empty: not there yet
  std::size_t bytes_ = 0;               // of these
  std::size_t next_ = 0;                // line to look at
  bool more_ = false;                   // there are older ones
  bool by_id_ = false;                  // the one line is the order of the id that is named
};

}  // namespace desk
