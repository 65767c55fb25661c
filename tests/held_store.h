// A store that knows what it was told, and answers when it is told to.
#pragma once

#include <deque>
#include <map>
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

  void answer() {
    while (!asked.empty()) {
      const auto [id, listener] = asked.front();
      asked.pop_front();
      const auto at = documents.find(id);
      listener->found(at == documents.end() ? DocumentListener::Found::no : DocumentListener::Found::yes,
                      at == documents.end() ? std::string_view{} : std::string_view{at->second});
    }
  }

  std::map<saga::OrderId, std::string> documents;
  std::deque<std::pair<saga::OrderId, DocumentListener*>> asked;
  bool up = true;
};

}  // namespace tests
