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
    asked.push_back({id, {}, UINT64_MAX, 0, &listener});
  }
  void find_reference(std::string_view reference, std::uint64_t before, std::size_t limit,
                      DocumentListener& listener) override {
    asked.push_back({{}, std::string{reference}, before, limit, &listener});
  }
  void forget(DocumentListener& listener) override {
    std::erase_if(asked, [&](const auto& question) { return question.listener == &listener; });
  }
  bool connected() const override { return up; }

  /// Every question, those that an answer brings about too: by its document, or the same to all.
  void answer(std::optional<DocumentListener::Found> same = std::nullopt) {
    using Found = DocumentListener::Found;
    while (!asked.empty()) {
      const Question question = std::move(asked.front());
      asked.pop_front();
      const std::string text = what_it_knows(question);
      const Found found = same.value_or(text.empty() ? Found::no : Found::yes);
      question.listener->found(found, found == Found::yes ? text : std::string_view{});
    }
  }

  std::map<saga::OrderId, std::string> documents;
  std::multimap<std::string, std::pair<std::uint64_t, saga::OrderId>> references;  // of one, the newest first
  struct Question {
    saga::OrderId id;
    std::optional<std::string> reference;  // in place of the id,
    std::uint64_t before;                  // below this serial
    std::size_t limit;
    DocumentListener* listener;
  };
  std::deque<Question> asked;
  bool up = true;

 private:
  std::string what_it_knows(const Question& question) const {
    std::string text;
    if (!question.reference) return documents.contains(question.id) ? documents.at(question.id) : text;
    std::size_t left = question.limit;
    const auto [first, end] = references.equal_range(*question.reference);
    for (auto at = first; at != end && left > 0; ++at) {
      const auto& [serial, id] = at->second;
      if (serial >= question.before) continue;
      text += std::to_string(serial) + " " + id.str() + "\n";
      --left;
    }
    return text;
  }
};

}  // namespace tests
