#include "engine/desk/order_showing.h"

namespace desk {

void OrderShowing::looked_up(const Whereabouts& order) {
  std::optional<std::string> shown;
  switch (order.at) {
    case Whereabouts::At::live:
      if (order.record->status == saga::State::none) return answer({.outcome = Outcome::unacked, .id = id_});
      shown = of_live(*order.record);
      break;
    case Whereabouts::At::finished:
    case Whereabouts::At::store:
      shown = of_ended(order);
      break;
    case Whereabouts::At::nowhere:
      return answer({.outcome = Outcome::no_order, .from_store = true});
    case Whereabouts::At::unknown:
      return answer({.outcome = Outcome::unavailable});
  }
  if (!shown) return not_taken(cause::no_document);
  answer({.outcome = Outcome::shown,
          .id = id_,
          .from_store = order.at == Whereabouts::At::store,
          .document = *shown});
}

}  // namespace desk
