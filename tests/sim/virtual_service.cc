#include "tests/sim/virtual_service.h"

#include <algorithm>
#include <utility>

#include "tests/sim/violation.h"

namespace sim {
namespace {

using saga::EventKind;
using Verdict = tape::Answer::Verdict;

std::string quoted(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + '"';
}

std::string data_of(const tape::AnswerData& said) {
  std::string data;
  const auto member = [&data](const char* key, const std::string& value) {
    if (!value.empty()) data += std::string{data.empty() ? "" : ","} + key + ":" + value;
  };
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) member(key, quoted(value));
  };
  text(R"("reference")", said.reference);
  text(R"("reason")", said.detail);
  text(R"("trackingNumber")", said.tracking_number);
  text(R"("carrier")", said.carrier);
  member(R"("data")", said.data);
  return "{" + data + "}";
}

std::string source_of(saga::HandlerId handler) { return "/shop/" + std::string{saga::name(handler)}; }

}  // namespace

bool VirtualService::does(saga::HandlerId handler) const {
  return (who_.payment && handler == saga::HandlerId::payment) ||
         (who_.inventory && handler == saga::HandlerId::inventory) ||
         (who_.shipping && handler == saga::HandlerId::shipping) ||
         (who_.mails && handler == saga::HandlerId::notification);
}

int VirtualService::turn() {
  if (away_) return 0;
  if (random_.chance(0.4)) return read(next_ + static_cast<tape::Offset>(random_.between(0, 8)));
  if (random_.chance(0.1)) speak_out_of_turn();
  if (!to_do_.empty() && random_.chance(0.5)) {
    if (faults_.strikes(Fault::participant_slow)) return 0;
    return work(random_.below(to_do_.size()), false);
  }
  if (to_say_.empty() || faults_.strikes(Fault::request_late)) return 0;
  const auto at = to_say_.begin() + static_cast<std::ptrdiff_t>(random_.below(to_say_.size()));
  const Said said = std::move(*at);
  to_say_.erase(at);
  speak(said, false);
  return 1;
}

int VirtualService::turn_calmly() {
  if (away_) return 0;
  int done = read(books_.partition().end());
  for (std::size_t left = to_do_.size(); left > 0; --left) done += work(left - 1, true);
  for (; !to_say_.empty(); ++done) {
    speak(to_say_.back(), true);
    to_say_.pop_back();
  }
  return done;
}

int VirtualService::read(tape::Offset through) {
  books_.read_log();
  const std::size_t before = to_do_.size();
  for (const tape::Offset end = std::min(through, books_.partition().end()); next_ < end; ++next_) {
    const RecordText* const record = books_.text(next_);
    const auto valid = books_.log.valid.find(next_);
    if (record == nullptr || valid == books_.log.valid.end()) continue;
    const auto turn = saga::find_turn(record->turn);
    if (!turn || !does(saga::handler_of(*turn))) continue;
    const std::string_view step = record->id.substr(record->id.find('.') + 1);
    to_do_.push_back({std::string{record->key}, std::stoul(std::string{step}), *turn});
  }
  return static_cast<int>(to_do_.size() - before);
}

/// Asked again, they say what they said before; whose undo came first is done no more.
int VirtualService::work(std::size_t index, bool calm) {
  const auto at = to_do_.begin() + static_cast<std::ptrdiff_t>(index);
  const Turn turn = *at;
  if (!calm && faults_.strikes(Fault::call_silent)) {  // it is forgotten
    to_do_.erase(at);
    return 1;
  }
  tape::Answer answer = turn.turn == saga::Turn::notification_send
                            ? send_mail(turn)
                            : effects_.arrive({turn.turn, effect_key(turn.order, turn.turn), {}}, faults_);
  if (answer.verdict == Verdict::later) return 0;
  to_do_.erase(at);
  const bool lost = !calm && faults_.strikes(Fault::answer_lost);
  if (answer.verdict == Verdict::decided && !lost) to_say_.push_back({turn, std::move(answer)});
  return 1;
}

/// Every event that wants a mail is read once, and so is its mail sent.
tape::Answer VirtualService::send_mail(const Turn& turn) {
  const std::vector<Model::Step>& steps = books_.log.orders.find(turn.order)->second.steps;
  Mailbox::Key key{saga::OrderId::parse(turn.order).value()};
  for (std::uint32_t step = 1; step <= turn.step; ++step) {
    if (steps[step - 1].type == "OrderCancelled") key.what = saga::MailTemplate::order_cancelled;
    if (steps[step - 1].type == "MailRequested") key.again = step;
  }
  tape::Answer answer;
  answer.verdict = Verdict::decided;
  answer.kind = EventKind::NotificationFailed;
  answer.said.detail = "no such box";
  if (faults_.strikes(Fault::mail_refused)) return answer;
  mailbox_.mails[key].went_out = true;
  answer.kind = EventKind::NotificationSent;
  answer.said = {.reference = "mail-" + std::to_string(mailbox_.mails.size())};
  return answer;
}

void VirtualService::speak(const Said& said, bool calm) {
  const std::string source = source_of(saga::handler_of(said.of.turn));
  const Asked asked{said.of.order, std::string{saga::name(said.answer.kind)}, said.of.step};
  if (!calm && faults_.strikes(Fault::request_broken))
    topic_.append(said.of.order, R"({"specversion":"1.0","type":")" + asked.type + R"(","subject":")" +
                                     said.of.order + R"(","causationid":)");
  if (!calm && faults_.strikes(Fault::request_misplaced)) {  // it names an event before, or one to come
    Asked misplaced = asked;
    // Of a recall that is to come this would say that it was too late, and be believed.
    const bool before = said.answer.kind == EventKind::ShippingConfirmed || random_.chance(0.5);
    misplaced.step += before ? std::size_t{0} - 1 : std::size_t{1};
    request(source, misplaced, said.answer.said);
  }
  request(source, asked, said.answer.said);
  if (calm || !faults_.strikes(Fault::request_twice)) return;
  if (random_.chance(0.5)) return request(source, asked, said.answer.said);  // under another id
  const Partition::Entry& last = topic_.at(topic_.end() - 1);
  const std::string key = last.key, value = last.value;
  topic_.append(key, value);
}

void VirtualService::request(const std::string& source, const Asked& asked, const tape::AnswerData& said) {
  const std::string id = "r-" + std::to_string(asked_.size() + 1);
  asked_.emplace(source + "#" + id, asked);
  topic_.append(asked.order, R"({"specversion":"1.0","id":")" + id + R"(","source":")" + source +
                                 R"(","type":")" + asked.type + R"(","subject":")" + asked.order +
                                 R"(","causationid":")" + asked.order + "." + std::to_string(asked.step) +
                                 R"(","data":)" + data_of(said) + "}");
}

/// Of an order that is under way: an answer to a turn that it does not have there, or whose handler does not answer so.
void VirtualService::speak_out_of_turn() {
  books_.read_log();
  if (books_.log.orders.empty() || !faults_.strikes(Fault::request_foreign)) return;
  auto some = books_.log.orders.begin();
  std::advance(some, static_cast<std::ptrdiff_t>(random_.below(books_.log.orders.size())));
  const Model::Order& order = some->second;
  const auto due = saga::find_turn(order.turn());
  const bool answer_due = due && *due != saga::Turn::none && random_.chance(0.7);
  const saga::Turn turn = answer_due ? *due : static_cast<saga::Turn>(random_.below(saga::turns));
  const EventKind kind = saga::rules_of(turn).answers[random_.below(2)];
  // Theirs to say, with the truth of somebody else: that would be believed.
  if (due && does(saga::handler_of(*due)) && saga::answers(*due, kind)) return;
  request("/stranger", {std::string{some->first}, std::string{saga::name(kind)}, order.steps.size(), false},
          {.reference = "stolen", .tracking_number = "stolen"});
}

void VirtualService::check(const Model& log) const {
  for (const auto& [id, order] : log.orders) {
    for (std::size_t step = 1; step <= order.steps.size(); ++step) check_step(id, order, step);
  }
}

void VirtualService::check_step(std::string_view id, const Model::Order& order, std::size_t step) const {
  const Model::Step& event = order.steps[step - 1];
  if (event.cause.find('#') == std::string_view::npos) return;
  // Somebody has written an event of the engine's there once more, as a request.
  if (event.cause.starts_with("/saga/")) return;
  const auto say = [&](const char* what) {
    return std::string{what} + ": " + std::string{event.type} + " of " + std::string{id} + ", " +
           std::string{event.cause};
  };
  const auto found = asked_.find(event.cause);
  require(found != asked_.end(), [&] { return say("an event names a request that there is not"); });
  const Asked& asked = found->second;
  require(asked.may, [&] { return say("what was not theirs to say became an event"); });
  require(asked.order == id && asked.type == event.type && asked.step >= 1 && asked.step < step,
          [&] { return say("an event says something else than its request"); });
  for (std::size_t between = asked.step + 1; between < step; ++between) {
    const std::string_view type = order.steps[between - 1].type;
    require(type == "OrderParked" || type == "OrderResumed",
            [&] { return say("a request of a turn that was over became an event"); });
  }
}

}  // namespace sim
