// What --verify has found, by kind: the first of each in full, the rest counted. They are printed at the end,
// for what was found about Redis holds only if Redis has not moved on meanwhile.
//
// Thread: one.
// Bounds: `told` lines a kind.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace verify {

class Findings {
 public:
  enum class Kind : std::uint8_t {
    chain,  // an event that does not fit
    books,  // stock and money of the log
    // About Redis.
    checkpoint,
    document,
    live_set,
    stock,
    reference,
  };
  static constexpr std::size_t told = 50;

  void add(Kind kind, std::string text);
  void drop_about_redis();
  std::uint64_t count() const;
  /// A line each, "finding: …".
  std::string text() const;

 private:
  static constexpr std::size_t kinds = 7;

  struct Group {
    std::vector<std::string> texts;
    std::uint64_t count = 0;
  };
  std::array<Group, kinds> groups_;
};

}  // namespace verify
