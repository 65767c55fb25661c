// An order's last mail once more (orders/mail_again.h), and what came of asking.
//
//   id ─┬─ live ─────▶ its mail is due already ─▶ accepted or refused; asked for a moment ago ─▶ wait for that ack
//       │              ended and being stored ─▶ wait until the store has it, and look again
//       └─ not live ─▶ finished, or in the store ─▶ let in again ─▶ wait for MailRequested's ack ─▶ accepted
//
// Thread: the reactor's. Bounds: one a request.
#pragma once

#include <string>
#include <string_view>

#include "engine/desk/waiting.h"
#include "engine/orders/mail_again.h"
#include "engine/pool.h"

namespace desk {

class Mailing final : public Waiting {
 public:
  Mailing(const Dependencies& with, orders::MailAgain& mail, engine::Pool<Mailing>& pool)
      : Waiting(with), mail_(mail), pool_(pool) {}

  /// `by`: who asks.
  void start(const saga::OrderId& id, std::string_view by, const Deadlines& deadlines, Client& client);

 private:
  void looked_up(const Whereabouts& order) override;
  void acked(const tape::Record& record, const tape::Event& event) override;
  void late() override;
  void given_back() override { pool_.give(*this); }

  void settle(const orders::MailAgain::Result& result);

  orders::MailAgain& mail_;
  engine::Pool<Mailing>& pool_;
  saga::OrderId id_{};
  std::string by_;
};

}  // namespace desk
