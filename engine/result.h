// What came of something that may fail: it is done, or this is what went wrong. For what the environment or a
// person can do wrong (a broker that is away, a setting); a bug ends the process (ensure.h), and a business
// outcome is an event.
//
// Thread: any; a value.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <utility>

namespace engine {

/// `Error` says what went wrong; by default a sentence for whoever can mend it.
template <class Error = std::string>
class [[nodiscard]] Result {
 public:
  /// Done.
  Result() = default;
  template <std::convertible_to<Error> Cause>
  Result(Cause error) : error_(std::move(error)) {}

  bool ok() const { return !error_; }
  /// Only if it is not ok().
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace engine
