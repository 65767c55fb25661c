#include "engine/desk/mailing.h"

namespace desk {

using MailAnswer = orders::MailAgain::Answer;

void Mailing::start(const saga::OrderId& id, std::string_view by, const Deadlines& deadlines,
                    Client& client) {
  begin(client, deadlines);
  id_ = id;
  by_ = by;
  look_up(id);
}

void Mailing::looked_up(const Whereabouts& order) {
  switch (order.at) {
    case Whereabouts::At::live:
      if (order.record->status == saga::State::none) return answer({.outcome = Outcome::unacked, .id = id_});
      return settle(mail_.ask(*order.record));
    case Whereabouts::At::finished:
    case Whereabouts::At::store:
      return settle(mail_.ask(order.document, by_));
    case Whereabouts::At::nowhere:
      return answer({.outcome = Outcome::no_order});
    case Whereabouts::At::unknown:
      return answer({.outcome = Outcome::unavailable});
  }
}

void Mailing::settle(const orders::MailAgain::Result& result) {
  switch (result.answer) {
    case MailAnswer::asked:
      return await(*result.record, deadlines_.ack);
    case MailAnswer::under_way:
      return answer({.outcome = Outcome::accepted, .id = id_, .status = result.status});
    case MailAnswer::none_yet:
      return answer({.outcome = Outcome::refused, .id = id_});
    case MailAnswer::ending:
      return await_return(id_, deadlines_.store);
    case MailAnswer::refused:
      return not_taken(result.refusal == orders::Orders::Refusal::closed
                           ? cause::closed
                           : "there is no room for another order at this moment");
    case MailAnswer::unreadable:
      return not_taken(cause::no_document);
  }
}

/// Without a record it waits for the store, and nothing is asked for yet.
void Mailing::late() {
  if (record_ == nullptr) return not_taken(cause::store_away);
  answer({.outcome = Outcome::unknown, .id = id_});
}

void Mailing::acked(const tape::Record& record, const tape::Event& event) {
  if (event.kind != saga::EventKind::MailRequested) return;
  answer({.outcome = Outcome::accepted, .id = id_, .status = record.status});
}

}  // namespace desk
