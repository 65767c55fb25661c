// The saga once more, naively: a map and a switch over the events of the topic, as the contract has them in
// words. It shares no code with the engine. Fed with every record in offset order it finds the valid ones,
// throws a Violation when one of those cannot be, and knows what everything must look like by then.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/record_text.h"

namespace sim {

class Model {
 public:
  struct Step {
    std::string_view type, time, cause;
    std::string_view state;  // after it
    std::int64_t offset = -1;
    std::int64_t epoch = -1;
    std::int64_t seq = 0;
  };
  struct Taken {
    std::string_view sku;
    std::int64_t quantity = 0;
  };
  struct Order {
    std::string_view state;  // a status, or "mailing": cancelled in all but the mail
    std::string_view status, reason, body_hash;
    std::string_view reference, discount, opaque, trace;
    std::string_view payment_reference, tracking, carrier;
    std::int64_t amount = 0;
    std::vector<LineText> all_lines, lines;  // the second: that are stock
    std::vector<LineText> left, after;  // as InventoryUpdated or …Insufficient, and …Released, said it
    std::vector<Taken> reserved;
    bool captured_later = false;  // with the shipment
    bool charged = false;         // or perhaps charged, and not given back
    bool captured = false;
    std::vector<Step> steps;

    bool ended() const { return state == "completed" || state == "cancelled"; }
    bool has(std::string_view type) const;
    /// It costs nothing, and the turn is about its money.
    bool nobody_asked(std::string_view turn) const;
    /// Whose turn it is; empty: nobody's.
    std::string_view turn() const;
  };
  /// Whose work is done outside.
  struct Outside {
    bool payment = false, inventory = false, shipping = false, mails = false;
    bool any() const { return payment || inventory || shipping || mails; }
  };

  /// `untracked_accepted`: the engine takes a sku that nobody counts.
  explicit Model(bool untracked_accepted, const Outside& outside)
      : untracked_accepted_(untracked_accepted), outside_(outside) {}

  /// One that has read nothing yet.
  Model anew() const { return Model(untracked_accepted_, outside_); }
  /// Whether the record was valid and an event.
  bool read(std::int64_t offset, const RecordText& record);

  /// Throws when the document is not exactly this order's: as Redis has it, and as everybody may see it.
  static void compare(std::string_view id, const Order& order, std::string_view document);
  static void compare_shown(std::string_view id, const Order& order, std::string_view document);
  /// What must hold when nothing is under way any more.
  void check_books() const;

  const Order* find(std::string_view id) const;

  std::map<std::string_view, Order> orders;
  std::map<std::string_view, std::int64_t> stock;
  std::map<std::string_view, std::uint64_t> seen;  // valid events, by type
  std::uint64_t applied = 0;                       // valid events but openings
  std::int64_t epoch = -1;
  std::int64_t seq = 0;      // of the last valid event of the epoch
  std::int64_t offset = -1;  // of the last valid record
  struct Valid {
    std::string_view id;
    std::int64_t epoch = -1, seq = 0;
  };
  std::map<std::int64_t, Valid> valid;  // events, by offset
  std::set<std::string_view> touched;   // orders with events since somebody cleared this

 private:
  bool counts(std::int64_t offset, const RecordText& record);
  void order_event(std::int64_t at, const RecordText& record);
  void effects(Order& order, const RecordText& record);
  void reserve(Order& order, const RecordText& record);
  void release(Order& order, const RecordText& record);
  bool enough(const Order& order) const;

  bool untracked_accepted_;
  Outside outside_;
  bool holed_ = false;
  std::set<std::string_view> openings_;
  std::string_view opening_;  // of the epoch; one's own reopenings bear its id and a plus
};

}  // namespace sim
