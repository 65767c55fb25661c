// An order's document, as codec::render_document writes it and Redis keeps it, made a record again: what the
// next engine needs to take the order up where its log says it stands. The states behind the steps are not
// written down; the table says them again.
//
// Thread: one. Bounds: none of its own; a document is as long as its order and its steps.
// Invariants: what it restores renders to the same document.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/tape/record.h"

namespace codec {

class DocumentParser {
 public:
  DocumentParser();
  ~DocumentParser();

  struct Restored {
    tape::Record* record = nullptr;  // the caller's: for orders::Orders::adopt, or Record::destroy
    std::string error;               // why there is none: not a document of ours
  };
  /// Everything of the order up to its last stored step, for the holder of its token and for the reactor:
  /// nobody waits for it, nothing is requested of it, its attempts begin anew.
  Restored restore(std::string_view document);

 private:
  struct Json;  // keeps simdjson out of this header
  std::unique_ptr<Json> json_;
};

}  // namespace codec
