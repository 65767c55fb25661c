// Bytes of a connection that no request has used yet. Most of the time there are none: a turn's bytes are
// read into memory that all connections share, and only an unfinished request moves into memory of its own.
// Bounds: limits::input_bytes. Thread: the reactor's.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace http {

class Input {
 public:
  struct Place {
    char* data = nullptr;      // begins with the bytes kept
    std::size_t kept = 0;      // how many those are
    std::size_t capacity = 0;  // with them; padding stands behind it
  };
  /// Where to read to; `scratch` ends with its padding. Until keep() the bytes stay where they are.
  Place place(std::span<char> scratch);
  /// The bytes kept, to go on with without reading.
  Place kept() { return {own_.get(), size_, size_}; }
  /// Of the `size` bytes at `data` (a place's), the first `used` are done with.
  void keep(char* data, std::size_t used, std::size_t size);
  void clear();
  bool empty() const { return size_ == 0; }
  std::size_t held() const { return empty() ? 0 : capacity_; }

 private:
  void grow(std::size_t capacity);

  std::unique_ptr<char[]> own_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace http
