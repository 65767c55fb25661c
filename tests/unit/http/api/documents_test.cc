// The documents that are served name whatever the saga has: no event, status, reason or turn is forgotten in them.
#include <simdjson.h>

#include <set>
#include <string>

#include "edge/http/api/api_documents.h"
#include "engine/saga/turn.h"
#include "tests/catch.h"

using simdjson::dom::element;

namespace {

using Names = std::set<std::string>;

Names values(const element& array) {
  Names found;
  for (const element each : array.get_array()) found.emplace(each.get_string().value());
  return found;
}

Names keys(const element& object) {
  Names found;
  for (const auto field : object.get_object()) found.emplace(field.key);
  return found;
}

template <class Enum>
Names names(std::size_t count) {
  Names found;
  for (std::size_t i = 0; i < count; ++i) found.emplace(saga::name(static_cast<Enum>(i)));
  found.erase("");
  found.erase("none");
  return found;
}

struct Documents {
  simdjson::dom::parser parsers[2];
  element openapi = parsers[0].parse(simdjson::padded_string(http::openapi_document()));
  element asyncapi = parsers[1].parse(simdjson::padded_string(http::asyncapi_document()));

  element schema(const std::string& name) { return openapi.at_pointer("/components/schemas/" + name); }
};

}  // namespace

TEST_CASE("the documents have every status, reason and event") {
  Documents documents;
  CHECK(values(documents.schema("Status/enum")) == names<saga::State>(saga::states));
  CHECK(values(documents.schema("Reason/enum")) == names<saga::Reason>(saga::reasons));
  const Names events = names<saga::EventKind>(saga::event_kinds);
  CHECK(keys(documents.asyncapi.at_pointer("/channels/orders/messages")) == events);
  const Names messages = keys(documents.asyncapi.at_pointer("/components/messages"));
  for (const std::string& event : events) CHECK(messages.count(event) == 1);
}

TEST_CASE("the documents have every turn: what is asked, and which events answer it") {
  Documents documents;
  const Names turns = names<saga::Turn>(saga::turns);
  CHECK(keys(documents.openapi["webhooks"]) == turns);
  CHECK(values(documents.schema("Turn/properties/turn/enum")) == turns);
  CHECK(values(documents.asyncapi.at_pointer("/components/schemas/CloudEvent/properties/turn/enum")) ==
        turns);

  Names said;
  for (const saga::TurnRules& rules : saga::turn_rules) {
    const auto turn = static_cast<saga::Turn>(&rules - saga::turn_rules.data());
    const std::string hook = "/webhooks/" + std::string(saga::name(turn)) + "/post";
    Names answers;
    for (const saga::EventKind kind : saga::answers(turn)) answers.emplace(saga::name(kind));
    const element described =
        documents.openapi.at_pointer(hook + "/responses/200/content/application~1json/schema");
    const std::string text = simdjson::minify(described);
    for (const std::string& answer : names<saga::EventKind>(saga::event_kinds)) {
      INFO(hook << " " << answer);
      CHECK((text.find('"' + answer + '"') != std::string::npos) == (answers.count(answer) == 1));
    }
    said.insert(answers.begin(), answers.end());
  }
  for (const saga::EventKind kind : saga::answers(saga::Turn::notification_send))
    said.erase(std::string(saga::name(kind)));
  CHECK(keys(documents.asyncapi.at_pointer("/channels/requests/messages")) == said);
  CHECK(values(documents.schema("Callback/properties/type/enum")) == said);
}
