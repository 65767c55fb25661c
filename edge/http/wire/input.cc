#include "edge/http/wire/input.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "edge/http/wire/limits.h"

namespace http {
namespace {

constexpr std::size_t smallest = std::size_t{4} << 10;

}  // namespace

Input::Place Input::place(std::span<char> scratch) {
  if (size_ == 0) return {scratch.data(), 0, scratch.size() - limits::padding};
  if (capacity_ - size_ < smallest) grow(std::min(2 * capacity_ + smallest, limits::input_bytes));
  return {own_.get(), size_, capacity_};
}

void Input::keep(char* data, std::size_t used, std::size_t size) {
  size_ = size - used;
  if (size_ == 0) {
    if (capacity_ > limits::kept_buffer_bytes) clear();
    return;
  }
  if (data == own_.get()) {
    if (used > 0) std::memmove(data, data + used, size_);
    return;
  }
  if (capacity_ < size_) {
    const std::size_t kept = std::exchange(size_, 0);
    grow(std::max(kept, smallest));
    size_ = kept;
  }
  std::memcpy(own_.get(), data + used, size_);
}

void Input::clear() {
  own_.reset();
  capacity_ = size_ = 0;
}

void Input::grow(std::size_t capacity) {
  if (capacity <= capacity_) return;
  std::unique_ptr<char[]> larger{new char[capacity + limits::padding]};
  if (size_ > 0) std::memcpy(larger.get(), own_.get(), size_);
  own_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace http
