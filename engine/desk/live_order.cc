#include "engine/desk/live_order.h"

#include "engine/codec/document.h"

namespace desk {

std::string live_order(const tape::Record& record) {
  std::string document;
  codec::render_document(record, document);
  std::string text = codec::public_part(document);
  // relaxed: figures to show, and a moment old
  const saga::HandlerId keeper = record.kept_by.load(std::memory_order_relaxed);
  const std::uint32_t attempts = record.attempts.load(std::memory_order_relaxed);
  if (keeper == saga::HandlerId::nobody || attempts == 0) return text;
  text.pop_back();  // its closing brace
  text += R"(,"retrying":{"handler":")";
  text += saga::name(keeper);
  text += R"(","attempts":)";
  text += std::to_string(attempts);
  return text += "}}";
}

}  // namespace desk
