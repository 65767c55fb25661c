#include "engine/desk/showing.h"

#include "engine/desk/live_order.h"

namespace desk {

void Showing::looked_up(const Whereabouts& order) {
  std::string shown;
  switch (order.at) {
    case Whereabouts::At::live:
      if (order.record->status == saga::State::none) return answer({.outcome = Outcome::unacked, .id = id_});
      shown = live_order(*order.record, with_);
      break;
    case Whereabouts::At::finished:
    case Whereabouts::At::store:
      shown = ended_order(order.document, order.acked);
      break;
    case Whereabouts::At::nowhere:
      return answer({.outcome = Outcome::no_order, .from_store = true});
    case Whereabouts::At::unknown:
      return answer({.outcome = Outcome::unavailable});
  }
  answer({.outcome = Outcome::shown,
          .id = id_,
          .from_store = order.at == Whereabouts::At::store,
          .document = shown});
}

}  // namespace desk
