// Showing the mails of an order, as whoever sends them renders them. It says that there is no order only when it knows.
//
//   id ─┬─ live ───────────────────────▶ its record ─┬─▶ Dependencies::mails ─▶ shown
//       └─ finished, or in the store ─▶ a record made of its document ─┘
//
// Thread: the reactor's. Bounds: one a request.
#pragma once

#include "engine/codec/document_parser.h"
#include "engine/desk/waiting.h"
#include "engine/pool.h"

namespace desk {

class MailShowing final : public Waiting {
 public:
  MailShowing(const Dependencies& with, codec::DocumentParser& parser, engine::Pool<MailShowing>& pool)
      : Waiting(with), parser_(parser), pool_(pool) {}

  void start(const saga::OrderId& id, const Deadlines& deadlines, Client& client) {
    begin(client, deadlines);
    id_ = id;
    look_up(id);
  }

 private:
  void looked_up(const Whereabouts& order) override;
  void cut_short() override { answer({.outcome = Outcome::unavailable}); }
  void given_back() override { pool_.give(*this); }

  void show(const tape::Record& record, bool from_store);

  codec::DocumentParser& parser_;
  engine::Pool<MailShowing>& pool_;
  saga::OrderId id_{};
};

}  // namespace desk
