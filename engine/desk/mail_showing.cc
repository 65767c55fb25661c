#include "engine/desk/mail_showing.h"

#include <string>

namespace desk {

void MailShowing::looked_up(const Whereabouts& order) {
  switch (order.at) {
    case Whereabouts::At::live:
      if (order.record->status == saga::State::none) return answer({.outcome = Outcome::unacked, .id = id_});
      return show(*order.record, false);
    case Whereabouts::At::finished:
    case Whereabouts::At::store: {
      const tape::OwnedRecord record{parser_.restore(order.document).record};
      if (record == nullptr) return not_taken(cause::no_document);
      return show(*record, order.at == Whereabouts::At::store);
    }
    case Whereabouts::At::nowhere:
      return answer({.outcome = Outcome::no_order, .from_store = true});
    case Whereabouts::At::unknown:
      return answer({.outcome = Outcome::unavailable});
  }
}

void MailShowing::show(const tape::Record& record, bool from_store) {
  const std::string mails = with_.mails ? with_.mails(record) : R"({"data":[]})";
  answer({.outcome = Outcome::shown, .id = id_, .from_store = from_store, .document = mails});
}

}  // namespace desk
