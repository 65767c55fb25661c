// Objects that are used over and over: taken, given back, never freed before the end. Thread: the owner's.
// Bounds: as many as were ever taken at once.
#pragma once

#include <deque>
#include <utility>
#include <vector>

namespace engine {

template <class T>
class Pool {
 public:
  /// `arguments` construct a new object when none is free.
  template <class... Arguments>
  T& take(Arguments&&... arguments) {
    if (free_.empty()) return all_.emplace_back(std::forward<Arguments>(arguments)...);
    T& object = *free_.back();
    free_.pop_back();
    return object;
  }
  void give(T& object) { free_.push_back(&object); }

  /// Free ones too.
  template <class Visit>
  void for_each(const Visit& visit) {
    for (T& object : all_) visit(object);
  }

 private:
  std::deque<T> all_;
  std::vector<T*> free_;
};

}  // namespace engine
