#include "bench/floor/order.h"

#include "engine/ensure.h"
#include "engine/saga/json.h"
#include "engine/saga/render.h"
#include "engine/saga/table.h"

namespace bare {
namespace {

using saga::json::put;

/// As the simulated provider of payments has it.
tape::ShortText payment_reference(const tape::Record& record, std::uint32_t step) {
  std::array<char, saga::OrderId::text_size + 32> key;
  char* end = put(saga::json::id(put(key.data(), "sim-"), record.order.id), ".");
  end = saga::json::number(end, step);
  return tape::ShortText({key.data(), static_cast<std::size_t>(end - key.data())});
}

tape::ShortText tracking_number(const tape::Record& record) {
  std::array<char, 3 + 32> number;
  saga::json::hex(put(number.data(), "SIM"), record.order.id.bytes);
  return tape::ShortText({number.data(), number.size()});
}

constexpr std::array states{saga::State::placed, saga::State::paid, saga::State::reserved,
                            saga::State::shipped, saga::State::completed};

}  // namespace

saga::Order Parse::order(std::string_view body) {
  saga::Order order;
  simdjson::ondemand::document document =
      parser_.iterate(body.data(), body.size(), body.size() + padding).value();
  for (auto field : document.get_object()) {
    const std::string_view key = field.unescaped_key().value();
    if (key == "userId") {
      order.user_id = field.value().get_string().value();
    } else if (key == "userEmail") {
      order.email = field.value().get_string().value();
    } else if (key == "item") {
      line_.sku = field.value().get_string().value();
    } else {  // amount
      std::string_view text = field.value().raw_json_token().value();
      text = text.substr(0, text.find_first_not_of("0123456789."));
      line_.price_minor = saga::parse_money(text, order.currency).minor;
    }
  }
  order.total_minor = line_.price_minor;
  order.lines = {&line_, 1};
  order.body_hash = sha256_.of(body);
  return order;
}

tape::Event Line::event(tape::Record& record, std::uint32_t step, engine::Time at) const {
  if (step == 2) record.payment_reference = payment_reference(record, step);
  if (step == 4) record.tracking_number = tracking_number(record);
  return {.record = &record, .at = at, .step = step, .kind = way[step - 1], .state = states[step - 1]};
}

codec::Rendered Line::render(std::string& text, const tape::Event& event, std::uint64_t seq) const {
  const std::size_t bytes = events_.bytes_max(event);
  if (text.size() < bytes) text.resize(bytes);
  return events_.render(text.data(), event, 0, seq);
}

}  // namespace bare
