// A store that knows what it was told, and answers when it is told to.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/ports.h"

namespace tests {

class HeldStore final : public engine::Store {
 public:
  bool submit(const Batch&) override { return false; }
  std::optional<Applied> result() override { return std::nullopt; }
  void find(const saga::OrderId& id, DocumentListener& listener) override {
    asked.push_back({id, &listener});
  }
  void forget(DocumentListener& listener) override {
    std::erase_if(asked, [&](const auto& question) { return question.second == &listener; });
  }
  bool connected() const override { return up; }

  /// Every question, those that an answer brings about too: by its document, or the same to all.
  void answer(std::optional<DocumentListener::Found> same = std::nullopt) {
    using Found = DocumentListener::Found;
    while (!asked.empty()) {
      const auto [id, listener] = asked.front();
      asked.pop_front();
      const Found found = same.value_or(documents.contains(id) ? Found::yes : Found::no);
      listener->found(found, found == Found::yes ? std::string_view{documents.at(id)} : std::string_view{});
    }
  }

  std::map<saga::OrderId, std::string> documents;
  std::deque<std::pair<saga::OrderId, DocumentListener*>> asked;
  bool up = true;
};

}  // namespace tests
