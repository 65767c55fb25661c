#include "tests/sim/record_text.h"

#include <algorithm>
#include <charconv>

namespace sim {
namespace {

constexpr auto npos = std::string_view::npos;

/// What stands behind `"key":`.
std::string_view behind(std::string_view json, std::string_view key) {
  for (std::size_t at = json.find(key); at != npos; at = json.find(key, at + 1)) {
    const std::size_t end = at + key.size();
    if (at > 0 && json[at - 1] == '"' && json.substr(end, 2) == "\":") return json.substr(end + 2);
  }
  return {};
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

}  // namespace

std::string_view text_of(std::string_view json, std::string_view key) {
  const std::string_view value = behind(json, key);
  if (value.empty() || value.front() != '"') return {};
  return value.substr(1, value.find('"', 1) - 1);
}

std::optional<std::int64_t> number_of(std::string_view json, std::string_view key) {
  return number_in(behind(json, key));
}

RecordText::RecordText(std::string_view record_key, std::string_view value) : key(record_key) {
  const std::string_view rest = behind(value, "data");
  if (rest.empty()) return;
  const std::string_view head = value.substr(0, static_cast<std::size_t>(rest.data() - value.data()));
  data = rest.substr(0, rest.size() - 2);  // without its own brace and the event's
  std::size_t opaque_at = data.size();
  for (const char* const name : {R"(,"shipping":{)", R"(,"payment":{)", R"(,"metadata":{)"})
    opaque_at = std::min(opaque_at, data.find(name));
  opaque = data.substr(opaque_at);
  data = data.substr(0, opaque_at);
  id = text_of(head, "id");
  type = text_of(head, "type");
  source = text_of(head, "source");
  subject = text_of(head, "subject");
  time = text_of(head, "time");
  cause = text_of(head, "causationid");
  turn = text_of(head, "turn");
  trace = text_of(head, "traceparent");
  epoch = number_in(text_of(head, "epoch")).value_or(-1);
  seq = number_in(text_of(head, "seq")).value_or(0);
  if (const std::string_view item = text_of(data, "item"); !item.empty()) lines.push_back({item, 1, {}});
  for (std::size_t at = data.find(R"({"sku":)"); at != npos;) {
    const std::size_t next = data.find(R"({"sku":)", at + 1);
    const std::string_view line = data.substr(at, next == npos ? npos : next - at);
    if (type != "StockSet")
      lines.push_back({text_of(line, "sku"), number_of(line, "quantity").value_or(0), number_of(line, "left"),
                       line.find(R"("stocked":false)") == npos});
    at = next;
  }
}

}  // namespace sim
