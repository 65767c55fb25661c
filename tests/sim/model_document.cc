// What a document says of an order, against what the model has of it.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "tests/sim/model.h"
#include "tests/sim/violation.h"

namespace sim {
namespace {

using Text = std::string_view;

[[noreturn]] void differs(Text id, Text what, Text document) {
  throw Violation("the document of " + std::string{id} + " has another " + std::string{what} + ": " +
                  std::string{document});
}

/// Steps of one kind that led to the same are shown as one, where the first of them was.
void compare_steps(Text id, const Model::Order& order, Text document) {
  const auto fail = [&](Text what) { differs(id, what, document); };
  Text rest = document.substr(std::min(document.find(R"("steps":[)"), document.size()));
  std::set<std::pair<Text, Text>> shown;
  for (std::size_t i = 0; i < order.steps.size(); ++i) {
    if (!shown.insert({order.steps[i].type, order.steps[i].state}).second) continue;
    const std::size_t at = rest.find(R"({"step":)");
    if (at == Text::npos) fail("number of steps");
    rest.remove_prefix(at + 1);
    const Text one = rest.substr(0, rest.find('}'));
    std::size_t last = i;
    std::int64_t count = 0;
    for (std::size_t j = i; j < order.steps.size(); ++j) {
      if (order.steps[j].type != order.steps[i].type || order.steps[j].state != order.steps[i].state)
        continue;
      last = j;
      ++count;
    }
    if (number_of(one, "step") != static_cast<std::int64_t>(i + 1) ||
        text_of(one, "type") != order.steps[i].type || text_of(one, "at") != order.steps[i].time ||
        number_of(one, "offset") != order.steps[i].offset || number_of(one, "count").value_or(1) != count)
      fail("step " + std::to_string(i + 1));
    if (count > 1 && (number_of(one, "lastStep") != static_cast<std::int64_t>(last + 1) ||
                      text_of(one, "lastAt") != order.steps[last].time ||
                      number_of(one, "lastOffset") != order.steps[last].offset))
      fail("last step like " + std::to_string(i + 1));
  }
  if (rest.find(R"({"step":)") != Text::npos) fail("number of steps");
}

/// `whole` ends before its private part, or its closing brace.
void compare_public(Text id, const Model::Order& order, Text whole) {
  // What the shop said stands at the end; everything else is looked for before it.
  if (!whole.ends_with(order.opaque)) differs(id, "set of objects", whole);
  const Text document = whole.substr(0, whole.size() - order.opaque.size());
  const auto fail = [&](Text what) { differs(id, what, document); };
  if (text_of(document, "orderId") != id) fail("id");
  if (text_of(document, "status") != order.status) fail("status");
  if (text_of(document, "reason") != order.reason) fail("reason");
  if (number_of(document, "amountMinor") != order.amount) fail("amount");
  if (text_of(document, "reference") != order.reference) fail("reference");
  if (text_of(document, "discount") != order.discount) fail("discount");
  if (text_of(document, "paymentReference") != order.payment_reference) fail("payment reference");
  if (text_of(document, "trackingNumber") != order.tracking) fail("tracking number");
  if (text_of(document, "carrier") != order.carrier) fail("carrier");
  compare_steps(id, order, document);
}

/// What an inventory event said, by line of the order; of lines that it did not speak of, nothing. Of lines alike it
/// speaks of those that come last.
std::string levels(Text key, const Model::Order& order, const std::vector<LineText>& said) {
  std::string text = "]";
  auto next = said.rbegin();
  for (auto line = order.all_lines.rbegin(); line != order.all_lines.rend(); ++line) {
    const bool spoken_of =
        line->stocked && next != said.rend() && next->sku == line->sku && next->quantity == line->quantity;
    text.insert(0, spoken_of && next->left ? std::to_string(*next->left) : "null");
    if (spoken_of) ++next;
    text.insert(0, line + 1 == order.all_lines.rend() ? "[" : ",");
  }
  return ",\"" + std::string{key} + "\":" + text;
}

void compare_levels(Text id, Text key, const Model::Order& order, bool happened,
                    const std::vector<LineText>& said, Text document) {
  const std::string wanted = happened ? levels(key, order, said) : ",\"" + std::string{key} + "\":[";
  if ((document.find(wanted) != Text::npos) != happened) differs(id, key, document);
}

/// What a call came to is told no sooner than the event that it became.
void compare_calls(Text id, const Model::Order& order, Text calls, Text document) {
  constexpr Text key = R"("answer":")";
  for (std::size_t at = calls.find(key); at != Text::npos; at = calls.find(key)) {
    calls.remove_prefix(at + key.size());
    const Text answer = calls.substr(0, calls.find('"'));
    const bool event = !answer.empty() && answer.front() >= 'A' && answer.front() <= 'Z';
    if (event && !order.has(answer)) differs(id, "answer to a call", document);
  }
}

}  // namespace

void Model::compare(Text id, const Order& order, Text document) {
  const std::size_t private_at = std::min(document.rfind(R"(,"bodyHash":")"), document.size());
  compare_public(id, order, document.substr(0, private_at));
  const Text private_part = document.substr(private_at);
  if (text_of(private_part, "bodyHash") != order.body_hash) differs(id, "body hash", document);
  if (number_of(private_part, "step") != static_cast<std::int64_t>(order.steps.size()))
    differs(id, "last step", document);
  const bool spoken_of_stock = order.has("InventoryUpdated") || order.has("InventoryInsufficient");
  compare_levels(id, "left", order, spoken_of_stock, order.left, private_part);
  compare_levels(id, "after", order, order.has("InventoryReleased"), order.after, private_part);
  if (text_of(private_part, "traceparent") != order.trace) differs(id, "trace", document);
  if ((text_of(private_part, "capture") == "later") != order.captured_later) differs(id, "capture", document);
}

void Model::compare_shown(Text id, const Order& order, Text document) {
  // Its last members may say when its steps were acknowledged, what its calls came to, who keeps it, or for whom it waits.
  std::size_t end = document.size() - 1;
  for (const Text member : {R"(,"acked":[{"step":)", R"(,"calls":[{"handler":)", R"(,"retrying":{"handler":)",
                            R"(,"parked":{"handler":)", R"(,"waiting":{"handler":)"})
    end = std::min(end, document.rfind(member));
  compare_public(id, order, document.substr(0, end));
  compare_calls(id, order, document.substr(std::min(end, document.size())), document);
}

}  // namespace sim
