// What is wrong with the fields of a body: all of it, so that whoever sent it need not try once a field.
//
// A field that is wrong (422) is kept and the reading goes on; a body that is no JSON (400) ends it, for nothing behind
// that place means what it says.
// Thread: the reactor's. Bounds: `most` of them are kept; nothing allocates while all is well.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/wire/problem.h"

namespace http {

class Complaints {
 public:
  static constexpr std::size_t most = 32;

  void clear() { fields_.clear(); }
  bool none() const { return fields_.empty(); }
  /// Keeps it if it is about a field, and says nothing; else it is what ends the reading.
  std::optional<Problem> keep(std::optional<Problem> problem);
  /// One complaint a field is enough: what follows from it is passed over.
  void add(std::string pointer, std::string detail);
  void add(std::optional<Problem> wrong_field);
  /// Whether something is wrong with the field, or inside it.
  bool about(std::string_view pointer) const;
  /// All of them as one; nothing: all is well.
  std::optional<Problem> problem() const;

 private:
  std::vector<Problem::Field> fields_;
};

}  // namespace http
