#include "engine/desk/desk.h"

namespace desk {

void Desk::end_waits() {
  placings_.pool.for_each([](Placing& placing) {
    if (placing.active()) placing.end_wait();
  });
}

void Desk::give_up() {
  const auto each = [](auto& pool) {
    pool.for_each([](Waiting& waiting) {
      if (waiting.active()) waiting.give_up();
    });
  };
  each(placings_.pool);
  each(showings_);
  each(listings_);
  each(requestings_);
  each(answerings_);
  each(mailings_);
  each(stock_settings_);
}

}  // namespace desk
