#include "edge/participants/answer.h"

#include <algorithm>

#include "edge/participants/answer_json.h"

namespace participants {
namespace {

Verdict verdict_of(int status) {
  switch (status) {
    case 200:
      return Verdict::decided;
    case 202:
      return Verdict::later;
    case 409:
    case 425:
    case 429:
    case 503:
      return Verdict::not_now;
    default:
      return status >= 300 && status < 500 ? Verdict::ours_to_mend : Verdict::not_this_time;
  }
}

void read_decision(Turn turn, const Reply& reply, Outcome& outcome) {
  engine::Result<> read = "longer than an answer may be";
  if (!reply.too_long) read = parse_decision(reply.body, outcome.decision);
  const auto allowed = saga::answers(turn);
  const Decision& said = outcome.decision;
  const auto is_said = [&](saga::EventKind kind) { return saga::name(kind) == said.type; };
  if (read.ok() && std::none_of(allowed.begin(), allowed.end(), is_said))
    read = "type is \"" + on_one_line(said.type) + "\", which does not answer " + std::string(name(turn));
  if (read.ok() && turn == Turn::shipping_ship && said.type == "ShippingConfirmed" &&
      said.tracking_number.empty())
    read = "trackingNumber is missing";
  if (read.ok()) return;
  outcome.decision = {};
  outcome.verdict = Verdict::not_this_time;
  outcome.detail = "200 with an answer that is none, " + read.error() + ": " + on_one_line(reply.body);
}

}  // namespace

Outcome judge(Turn turn, const Reply& reply) {
  Outcome outcome;
  outcome.reach = Reach::answered;
  outcome.status = reply.status;
  outcome.verdict = verdict_of(reply.status);
  if (reply.retry_after_s > 0)
    outcome.retry_after = std::min<engine::Duration>(
        std::chrono::seconds{std::min<std::int64_t>(reply.retry_after_s, 86'400)}, retry_after_max);
  if (outcome.verdict == Verdict::decided) {
    read_decision(turn, reply, outcome);
  } else if (outcome.verdict == Verdict::later) {
    if (!reply.too_long) outcome.waiting = parse_waiting(reply.body);
  } else {
    outcome.detail = std::to_string(reply.status) + ": " + on_one_line(reply.body);
  }
  return outcome;
}

std::string on_one_line(std::string_view text) {
  std::string line(text.substr(0, shown_bytes_max));
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\n' || byte == '\r' || byte == '\t')
      c = ' ';
    else if (byte < 0x20 || byte >= 0x7f)
      c = '?';
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace participants
