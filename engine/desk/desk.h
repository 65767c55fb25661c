// What the shop can ask of the orders of one partition: place, show, list, cancel, send on, stock. A request
// is a value, its answer is one (answer.h); between them the desk waits for the store and for acks
// (waiting.h), with deadlines that the request brings along. HTTP, requests from the topic, the page and the
// simulator's clients all come here.
//
//   place ───▶ Placing ─┬─▶ orders::Orders (memory) ─▶ engine::Store ─▶ memory
//   show, mails ▶ Showing, MailShowing ─┤                 │
//   list ────▶ Listing ─┤                 ▼ let in
//   request ─▶ Requesting ─▶ orders::Dispatch ─▶ the handlers' inboxes
//   answer ──▶ Answering ─▶ the same
//   mail_again ▶ Mailing ─▶ orders::MailAgain
//   set_stock ▶ StockSetting ─┘
//
// A new request of an order is a line of `rules` in requesting.cc; anything else is a kind of Waiting.
//
// Thread: the reactor's (before the workers run, main's). It is there while an engine serves: made when the
// orders are known, gone before the partition. Invariants: each client is answered once, or has it forgotten.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/desk/answer.h"
#include "engine/desk/answering.h"
#include "engine/desk/bulk_retry.h"
#include "engine/desk/dependencies.h"
#include "engine/desk/listing.h"
#include "engine/desk/mail_showing.h"
#include "engine/desk/mailing.h"
#include "engine/desk/placing.h"
#include "engine/desk/requesting.h"
#include "engine/desk/showing.h"
#include "engine/desk/stock_setting.h"
#include "engine/pool.h"

namespace desk {

class Desk {
 public:
  explicit Desk(const Dependencies& dependencies)
      : with_(dependencies), bulk_retry_(with_), mail_(dependencies.orders, dependencies.dispatch) {}
  ~Desk() { give_up(); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void place(const PlaceRequest& request, const Deadlines& deadlines, Client& client) {
    placings_.pool.take(placings_).start(request, deadlines, client);
  }
  void show(const saga::OrderId& id, const Deadlines& deadlines, Client& client) {
    showings_.take(with_, showings_).start(id, deadlines, client);
  }
  void mails(const saga::OrderId& id, const Deadlines& deadlines, Client& client) {
    mail_showings_.take(with_, parser_, mail_showings_).start(id, deadlines, client);
  }
  void list(ListRequest request, const Deadlines& deadlines, Client& client) {
    listings_.take(with_, listings_).start(std::move(request), deadlines, client);
  }
  /// `by`, here and below: who asks, by the token's name; empty: nobody is named.
  void request(const saga::OrderId& id, tape::OrderRequest what, std::string_view by,
               const Deadlines& deadlines, Client& client) {
    requestings_.take(with_, requestings_).start(id, what, by, deadlines, client);
  }
  void answer(const saga::OrderId& id, AnswerRequest what, const Deadlines& deadlines, Client& client) {
    answerings_.take(with_, answerings_).start(id, std::move(what), deadlines, client);
  }
  void mail_again(const saga::OrderId& id, std::string_view by, const Deadlines& deadlines, Client& client) {
    mailings_.take(with_, mail_, mailings_).start(id, by, deadlines, client);
  }
  void set_stock(std::string_view sku, const tape::StockRequest& request, std::string_view by,
                 const Deadlines& deadlines, Client& client) {
    stock_settings_.take(with_, stock_settings_).start(sku, request, by, deadlines, client);
  }
  /// Parked orders sent on, many of them.
  BulkRetry& bulk_retry() { return bulk_retry_; }
  const BulkRetry& bulk_retry() const { return bulk_retry_; }
  /// Levels of skus behind `after`, as Stock::list().
  std::vector<orders::Stock::Level> levels(std::string_view after, std::size_t limit) const {
    return with_.stock.list(after, limit);
  }
  /// What is free to sell, as the acked events say; nothing: nobody counts it.
  std::optional<std::int64_t> level(std::string_view sku) const { return with_.stock.find(sku); }

  /// Orders for which there is room now are let in, and those that were let in go to their handler: once a turn.
  /// Returns how many.
  int hand_over() {
    placings_.serve_line();
    return with_.dispatch.hand_over();
  }
  /// Orders that wait for room.
  std::size_t in_line() const { return placings_.line.size(); }
  /// No order that is placed now would be taken.
  bool line_is_full() const { return in_line() >= engine::limits::orders_in_line; }
  /// Nobody waits for an order's end any longer: they are answered at the first ack, or now.
  void end_waits();
  /// Nothing more will be acked, for this engine has been replaced or cannot go on: everybody who waits is
  /// answered now, most of them that the outcome is not known. Close the intake first.
  void give_up();

  // For whoever shows the acked events.
  const tape::Transcript& transcript() const { return with_.transcript; }
  tape::Index released() const { return with_.tape.released.read(); }

 private:
  const Dependencies with_;
  Placings placings_{with_};
  engine::Pool<Showing> showings_;
  codec::DocumentParser parser_;
  engine::Pool<MailShowing> mail_showings_;
  engine::Pool<Listing> listings_;
  engine::Pool<Requesting> requestings_;
  engine::Pool<Answering> answerings_;
  BulkRetry bulk_retry_;
  orders::MailAgain mail_;
  engine::Pool<Mailing> mailings_;
  engine::Pool<StockSetting> stock_settings_;
};

}  // namespace desk
