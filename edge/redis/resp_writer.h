// Appends commands in Redis' protocol (RESP 2): an array of bulk strings each.
//
// Thread: the owner's.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "edge/redis/batch_script.h"

namespace redis {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void array(std::size_t elements) { head('*', elements); }
  void text(std::string_view value) {
    head('$', value.size());
    out_ += value;
    out_ += "\r\n";
  }
  void number(std::int64_t value) {
    char digits[20];
    text({digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
  }
  void unsigned_number(std::uint64_t value) {
    char digits[20];
    text({digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
  }
  void checkpoint(const engine::Store::Checkpoint& at) {
    number(at.offset);
    number(at.epoch);
    number(static_cast<std::int64_t>(at.seq));
  }
  void id(const saga::OrderId& id) {
    const saga::OrderId::Text characters = id.text();
    text({characters.data(), characters.size()});
  }
  void reference_key(std::string_view reference) {
    head('$', reference_key_prefix.size() + reference.size());
    (out_ += reference_key_prefix) += reference;
    out_ += "\r\n";
  }
  void order_key(const saga::OrderId& id) {
    head('$', order_key_prefix.size() + saga::OrderId::text_size);
    out_ += order_key_prefix;
    const saga::OrderId::Text text = id.text();
    out_.append(text.data(), text.size());
    out_ += "\r\n";
  }

 private:
  void head(char kind, std::size_t count) {
    char digits[24];
    digits[0] = kind;
    char* end = std::to_chars(digits + 1, digits + 21, count).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out_.append(digits, end);
  }

  std::string& out_;
};

}  // namespace redis
