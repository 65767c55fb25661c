// Showing the mails of an order, as whoever sends them renders them; of one that has ended from a record made of its
// document.
//
// Thread: the reactor's. Bounds: one a request.
#pragma once

#include "engine/codec/document_parser.h"
#include "engine/desk/order_showing.h"
#include "engine/pool.h"

namespace desk {

class MailShowing final : public OrderShowing {
 public:
  MailShowing(const Dependencies& with, codec::DocumentParser& parser, engine::Pool<MailShowing>& pool)
      : OrderShowing(with), parser_(parser), pool_(pool) {}

 private:
  std::string of_live(const tape::Record& live) override {
    return with_.mails ? with_.mails(live) : R"({"data":[]})";
  }
  std::optional<std::string> of_ended(const Whereabouts& order) override {
    const tape::OwnedRecord record{parser_.restore(order.document).record};
    if (record == nullptr) return std::nullopt;
    return of_live(*record);
  }
  void given_back() override { pool_.give(*this); }

  codec::DocumentParser& parser_;
  engine::Pool<MailShowing>& pool_;
};

}  // namespace desk
