// An order's events on their way through the topic into a fold.
#pragma once

#include <string>

#include "engine/codec/cloud_event.h"
#include "engine/codec/document.h"
#include "engine/codec/event_parser.h"
#include "engine/recovery/fold.h"
#include "engine/tape/stock_change.h"
#include "tests/catch.h"
#include "tests/unit/codec/paths.h"

namespace tests {

struct Topic {
  explicit Topic(codec::Mode mode = codec::Mode::structured)
      : events({.type_prefix = "shop.", .mode = mode}) {}

  recovery::Finding tell(const tape::Event& event, tape::Offset offset) {
    std::string memory(events.bytes_max(event), '\0');
    const codec::Rendered rendered = events.render(memory.data(), event, 1, 1);
    return fold.fold(parser.parse(events.value(rendered), events.headers(rendered).view()), offset);
  }
  recovery::Finding tell_step(tape::Record& record, saga::EventKind kind) {
    const tape::Event event = walker.step(record, kind);
    return tell(event, record.last_step().offset);
  }
  recovery::Finding set_stock(const std::string& sku, std::int64_t on_hand) {
    tape::StockChange change{.sku = sku, .request = {}, .on_hand = on_hand};
    tape::Event event;
    event.kind = saga::EventKind::StockSet;
    event.stock = &change;
    event.at = path_begins;
    return tell(event, 1);
  }

  Walker walker;
  codec::CloudEvents events;
  codec::EventParser parser{"shop."};
  recovery::Fold fold;
};

inline std::string render(const tape::Record& record) {
  std::string document;
  codec::render_document(record, document);
  return document;
}

}  // namespace tests
