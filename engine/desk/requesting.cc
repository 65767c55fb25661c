#include "engine/desk/requesting.h"

#include <array>

#include "engine/codec/document.h"
#include "engine/ensure.h"
#include "engine/saga/table.h"

namespace desk {
namespace {

using tape::OrderRequest;

/// A request, and the event that it becomes.
struct Rule {
  OrderRequest request;
  saga::EventKind event;
  bool at_once;   // it may come before anything of the order is acked
  bool repeated;  // where the event lies behind the order already, it is accepted again
};
constexpr std::array rules{
    Rule{OrderRequest::cancel, saga::EventKind::OrderCancelRequested, true, true},
    Rule{OrderRequest::retry, saga::EventKind::OrderResumed, false, false},
};

const Rule& rule_of(OrderRequest request) {
  for (const Rule& rule : rules) {
    if (rule.request == request) return rule;
  }
  ensure_failed("every request has its rule", __FILE__, __LINE__);
}

enum class Verdict : std::uint8_t { accepted, refused, open };

/// What an order's acked status says of a request by itself.
Verdict judge(const Rule& rule, saga::State status) {
  if (status == saga::State::none) return Verdict::open;
  const saga::Verdict verdict = saga::verdict(status, rule.event);
  if (verdict == saga::Verdict::apply) return Verdict::open;
  const bool done = verdict == saga::Verdict::duplicate || saga::backwards(status);
  return done && rule.repeated ? Verdict::accepted : Verdict::refused;
}

}  // namespace

void Requesting::start(const saga::OrderId& id, OrderRequest what, std::string_view by,
                       const Deadlines& deadlines, Client& client) {
  begin(client, deadlines);
  id_ = id;
  what_ = what;
  by_ = by;
  look_up(id);
}

void Requesting::looked_up(const Whereabouts& order) {
  switch (order.at) {
    case Whereabouts::At::live:
      return pass_on(*order.record);
    case Whereabouts::At::finished:
    case Whereabouts::At::store:
      return settle(order);
    case Whereabouts::At::nowhere:
      return answer({.outcome = Outcome::no_order});
    case Whereabouts::At::unknown:
      return answer({.outcome = Outcome::unavailable});
  }
}

void Requesting::pass_on(tape::Record& live) {
  const Rule& rule = rule_of(what_);
  if (live.status == saga::State::none && !rule.at_once)
    return answer({.outcome = Outcome::unacked, .id = id_});
  const Verdict verdict = judge(rule, live.status);
  if (verdict == Verdict::accepted)
    return answer({.outcome = Outcome::accepted, .id = id_, .status = live.status});
  if (verdict == Verdict::refused) return answer({.outcome = Outcome::refused, .id = id_});
  if (!with_.dispatch.request(live, what_, by_))
    return not_taken("the order is just being asked something else");
  await(live, deadlines_.ack);
}

/// The order is not live.
void Requesting::settle(const Whereabouts& kept) {
  const auto status = codec::status(kept.document);
  if (!status) return not_taken(cause::no_document);
  const bool from_store = kept.at == Whereabouts::At::store;
  switch (judge(rule_of(what_), *status)) {
    case Verdict::accepted:
      return answer({.outcome = Outcome::accepted, .id = id_, .status = *status, .from_store = from_store});
    case Verdict::refused:
      return answer({.outcome = Outcome::refused, .id = id_, .from_store = from_store});
    case Verdict::open:  // unfinished, and nobody here holds it: it was left by an engine before this one
      return not_taken("the order is unfinished, and this engine has not taken it up");
  }
}

void Requesting::acked(const tape::Record& record, const tape::Event& event) {
  const Rule& rule = rule_of(what_);
  const Verdict verdict = event.kind == rule.event ? Verdict::accepted : judge(rule, event.state);
  if (verdict == Verdict::accepted)
    answer({.outcome = Outcome::accepted, .id = id_, .status = record.status});
  if (verdict == Verdict::refused) answer({.outcome = Outcome::refused, .id = id_});
}

}  // namespace desk
