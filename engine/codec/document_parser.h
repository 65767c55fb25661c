// Makes a record of an order's document, as codec::render_document writes it and Redis keeps it, so that an
// engine can take the order up where the log says it stands. The document does not have the state after each
// step: the table gives it again.
//
// Thread: one.
// Bounds: none of its own; a document is as long as its order and its steps.
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
