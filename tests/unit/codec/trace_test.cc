// The trace of an order: in its events, in what participants are told, in its document.
#include <string>

#include "engine/codec/cloud_event.h"
#include "engine/codec/document.h"
#include "engine/codec/document_parser.h"
#include "engine/codec/event_parser.h"
#include "engine/tape/advance.h"
#include "tests/catch.h"
#include "tests/world/make_order.h"

using codec::CloudEvents;
using saga::EventKind;
using saga::State;

namespace {

const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const std::string extension = R"(","traceparent":")" + trace + R"(")";

tape::OwnedRecord traced(std::string_view traceparent) {
  tests::OrderDraft draft = tests::make_order(1);
  draft.order.traceparent = traceparent;
  return tape::OwnedRecord(tape::Record::create(draft.order));
}

tape::Event step(tape::Record& record, EventKind kind, State to) {
  tape::take_step(record, kind, to, saga::Reason::none, engine::Time{1'700'000'000'000'000'000});
  return record.given;
}

std::string document_of(const tape::Record& record) {
  std::string document;
  codec::render_document(record, document);
  return document;
}

}  // namespace

TEST_CASE(
    "each event of an order carries its trace as an extension, and so does what a participant is told") {
  const CloudEvents events({});
  const tape::OwnedRecord record = traced(trace);
  for (const auto& [kind, to] : {std::pair{EventKind::OrderPlaced, State::placed},
                                 std::pair{EventKind::PaymentConfirmed, State::paid}}) {
    const tape::Event event = step(*record, kind, to);
    std::string memory(events.bytes_max(event), '\0');
    const std::string text{events.render(memory.data(), event, 1, 1).text};
    REQUIRE(text.find(extension + R"(,"epoch":)") != std::string::npos);
    REQUIRE(events.render_turn(*record).find(extension + R"(,"data":)") != std::string::npos);
  }
}

TEST_CASE("in binary mode a trace is a header, and OrderPlaced is read with it in both") {
  for (const codec::Mode mode : {codec::Mode::structured, codec::Mode::binary}) {
    const CloudEvents events({.mode = mode});
    for (const std::string& came : {trace, std::string{}}) {
      const tape::OwnedRecord record = traced(came);
      const tape::Event event = step(*record, EventKind::OrderPlaced, State::placed);
      std::string memory(events.bytes_max(event), '\0');
      const codec::Rendered rendered = events.render(memory.data(), event, 1, 1);
      const codec::RecordHeaders headers = events.headers(rendered);
      std::string found;
      for (const auto& header : headers.view())
        if (header.name == "ce_traceparent") found = header.value;
      REQUIRE(found == (mode == codec::Mode::binary ? came : ""));
      codec::EventParser parser{""};
      for (int i = 0; i < 2; ++i) {
        const codec::EventRead* const read = parser.parse(events.value(rendered), headers.view());
        REQUIRE(read != nullptr);
        REQUIRE(read->placed->traceparent == came);
      }
    }
  }
}

TEST_CASE("the parser of one order's trace has forgotten it with the next") {
  const CloudEvents events({});
  codec::EventParser parser{""};
  codec::DocumentParser documents;
  for (const std::string& came : {trace, std::string{}, trace}) {
    const tape::OwnedRecord record = traced(came);
    const tape::Event event = step(*record, EventKind::OrderPlaced, State::placed);
    std::string memory(events.bytes_max(event), '\0');
    REQUIRE(parser.parse(events.render(memory.data(), event, 1, 1).text, {})->placed->traceparent == came);
    record->add_step({.at = event.at, .offset = 1, .kind = event.kind, .state = event.state, .number = 1});
    record->status = event.state;
    const auto restored = documents.restore(document_of(*record));
    REQUIRE(restored.error == "");
    const tape::OwnedRecord owned(restored.record);
    REQUIRE(owned->order.traceparent == came);
    REQUIRE(document_of(*owned) == document_of(*record));
  }
}

TEST_CASE("a document has a trace in its private part; one that is not as we write it is none") {
  const tape::OwnedRecord record = traced(trace);
  step(*record, EventKind::OrderPlaced, State::placed);
  record->add_step({.at = record->given.at, .offset = 1, .state = State::placed, .number = 1});
  record->status = State::placed;
  std::string document = document_of(*record);
  REQUIRE(document.find(R"(,"traceparent":")" + trace + R"(")") > document.find("bodyHash"));
  REQUIRE(codec::public_part(document).find("traceparent") == std::string::npos);
  document.replace(document.find(trace), 2, "01");
  codec::DocumentParser parser;
  const tape::OwnedRecord owned(parser.restore(document).record);
  REQUIRE(owned != nullptr);
  REQUIRE(owned->order.traceparent.empty());
}
