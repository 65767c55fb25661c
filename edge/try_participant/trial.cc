#include "edge/try_participant/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string_view>
#include <thread>
#include <utility>

#include "edge/participants/answer.h"
#include "edge/try_participant/exchange.h"

namespace try_participant {
namespace {

using participants::Decision;
using participants::Outcome;
using participants::Verdict;

/// Of the right form, and nobody's.
constexpr auto wrong_secret = "whsec_d3Jvbmcgc2VjcmV0LCB3cm9uZyBzZWNyZXQ=";
constexpr engine::Duration pause = std::chrono::milliseconds{200};
constexpr engine::Duration pause_max = std::chrono::seconds{5};

std::string shown(const Outcome& outcome) {
  if (outcome.verdict == Verdict::decided)
    return outcome.decision.type +
           (outcome.decision.reference.empty() ? "" : " " + outcome.decision.reference);
  if (outcome.verdict == Verdict::later) return "202, later";
  return outcome.detail;
}

bool same(const Decision& a, const Decision& b) {
  return a.type == b.type && a.reference == b.reference && a.reason == b.reason &&
         a.tracking_number == b.tracking_number && a.carrier == b.carrier && a.data == b.data;
}

bool waits(const Outcome& outcome) {
  return outcome.verdict == Verdict::not_now || outcome.verdict == Verdict::later;
}

/// A digit more, or, if it says none, a blank: other bytes in any case.
std::string of_another_amount(std::string body) {
  constexpr std::string_view field = "\"amountMinor\":";
  const auto at = body.find(field);
  if (at == std::string::npos) return body + ' ';
  return body.insert(body.find_first_not_of("0123456789", at + field.size()), "1");
}

class Trial {
 public:
  Trial(const participants::Settings& settings, const HandlerTurns& handler, const std::string& order)
      : settings_(settings), handler_(handler), order_(order) {}

  std::vector<Finding> run() {
    const std::string id = new_order_id();
    const Outcome first = ask(work(id));
    if (!find("does its work and says so", is_done(first), shown(first))) return findings_;
    again(id, first);
    at_once();
    signatures();
    hesitating();
    if (handler_.undo) {
      undone(id);
      undo_first();
      clear_up();
    }
    return findings_;
  }

 private:
  bool find(std::string what, bool holds, std::string seen) {
    findings_.push_back({std::move(what), holds, std::move(seen)});
    return holds;
  }

  Request request(participants::Turn turn, const Event& event) const {
    return {.turn = turn, .key = event.key, .body = event.body, .secrets = settings_.secrets};
  }
  /// The two of one order: the same bytes whenever they are asked for.
  struct Events {
    Event work, undo;
  };
  const Events& events(const std::string& id) {
    const auto made = events_.find(id);
    if (made != events_.end()) return made->second;
    return events_
        .emplace(id, Events{work_event(handler_, id, order_),
                            handler_.undo ? undo_event(handler_, id, order_) : Event{}})
        .first->second;
  }
  Request work(const std::string& id) { return request(handler_.work, events(id).work); }
  Request undo(const std::string& id) { return request(*handler_.undo, events(id).undo); }

  Outcome once(const Request& request) const { return exchange(settings_, {&request, 1}).front(); }
  /// As the engine would: again while it says "later" or "not now".
  Outcome ask(Request request) const {
    const auto deadline = std::chrono::steady_clock::now() + settings_.timeout;
    Outcome outcome = once(request);
    while (waits(outcome) && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::min(outcome.retry_after.value_or(pause), pause_max));
      ++request.attempt;
      outcome = once(request);
    }
    return outcome;
  }

  bool is_done(const Outcome& outcome) const { return is_done(outcome, handler_.work); }
  static bool is_done(const Outcome& outcome, participants::Turn turn) {
    return outcome.verdict == Verdict::decided &&
           outcome.decision.type == saga::name(saga::answers(turn).front());
  }
  /// A 4xx, or the event that says no.
  bool is_refused(const Outcome& outcome) const {
    return outcome.verdict == Verdict::ours_to_mend ||
           (outcome.verdict == Verdict::decided &&
            outcome.decision.type != saga::name(saga::answers(handler_.work).front()));
  }

  void again(const std::string& id, const Outcome& first) {
    Request second = work(id);
    second.attempt = 2;
    const Outcome repeated = ask(second);
    find("gives a key's second call the first one's answer", same(repeated.decision, first.decision),
         shown(repeated));
    Request other = work(id);
    other.body = of_another_amount(other.body);
    const Outcome changed = once(other);
    find("refuses another body under the same key (4xx, not 409)", changed.verdict == Verdict::ours_to_mend,
         shown(changed));
  }

  void at_once() {
    const std::vector<Request> both(2, work(new_order_id()));
    std::vector<Outcome> outcomes = try_participant::exchange(settings_, both);
    const std::string seen = shown(outcomes[0]) + "; " + shown(outcomes[1]);
    const Outcome settled = ask(both.front());
    const bool alike = std::all_of(outcomes.begin(), outcomes.end(), [&](const Outcome& outcome) {
      return waits(outcome) || same(outcome.decision, settled.decision);
    });
    find("does once what is asked twice at the same time", alike && is_done(settled), seen);
  }

  void signatures() {
    using std::chrono::minutes;
    const auto refuses = [this](std::string what, std::vector<std::string> secrets, engine::Duration offset) {
      Request forged = work(new_order_id());
      forged.secrets = std::move(secrets);
      forged.timestamp_offset = offset;
      const Outcome outcome = once(forged);
      find(std::move(what), outcome.verdict == Verdict::ours_to_mend, shown(outcome));
    };
    refuses("refuses a wrong signature (4xx)", {wrong_secret}, {});
    refuses("refuses a call without signature (4xx)", {}, {});
    refuses("refuses a timestamp ten minutes old (4xx)", settings_.secrets, -minutes{10});
    refuses("refuses a timestamp ten minutes ahead (4xx)", settings_.secrets, minutes{10});
    Request rotated = work(new_order_id());
    rotated.secrets.emplace_back(wrong_secret);
    std::swap(rotated.secrets.front(), rotated.secrets.back());
    const Outcome outcome = ask(rotated);
    find("takes one right signature among several", is_done(outcome), shown(outcome));
  }

  void hesitating() {
    Request slow = work(new_order_id());
    slow.hesitates = true;
    const Request quick = work(new_order_id());
    std::vector<Outcome> outcomes = try_participant::exchange(settings_, std::vector<Request>{slow, quick});
    if (waits(outcomes[1])) outcomes[1] = ask(quick);
    find("answers others while one client takes its time", is_done(outcomes[1]), shown(outcomes[1]));
    if (waits(outcomes[0])) outcomes[0] = ask(slow);
    find("and that one when it is done", is_done(outcomes[0]), shown(outcomes[0]));
  }

  void undone(const std::string& id) {
    const Request back = undo(id);
    const Outcome first = ask(back);
    find("undoes by the key alone", first.verdict == Verdict::decided, shown(first));
    const Outcome second = ask(back);
    find("gives a second undo the first one's answer", same(second.decision, first.decision), shown(second));
    if (!is_done(first, *handler_.undo)) return;  // too late for it: the work stands
    const Outcome late = ask(work(id));
    find("refuses a key whose undo it has answered", is_refused(late), shown(late));
  }

  void undo_first() {
    const std::string id = new_order_id();
    const Outcome nothing = ask(undo(id));
    find("answers the undo of a key it never saw as done", is_done(nothing, *handler_.undo), shown(nothing));
    const Outcome late = ask(work(id));
    find("refuses that key when it arrives behind its undo", is_refused(late), shown(late));
  }

  /// Of all orders, whatever came of their calls: nothing of the trial stays in the books.
  void clear_up() {
    std::string seen;
    const bool all = std::all_of(events_.begin(), events_.end(), [&](const auto& tried) {
      const Outcome outcome = ask(undo(tried.first));
      seen = shown(outcome);
      return outcome.verdict == Verdict::decided;
    });
    find(fmt::format("undoes all {} orders of this trial", events_.size()), all, seen);
  }

  const participants::Settings& settings_;
  const HandlerTurns& handler_;
  const std::string& order_;
  std::map<std::string, Events> events_;  // by order id
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> run(const participants::Settings& settings, const HandlerTurns& handler,
                         const std::string& order) {
  return Trial(settings, handler, order).run();
}

std::string render(const std::vector<Finding>& findings) {
  std::string table;
  for (const Finding& finding : findings)
    table += fmt::format("{:<7} {:<56} {}\n", finding.holds ? "ok" : "FAILED", finding.what, finding.seen);
  return table;
}

}  // namespace try_participant
