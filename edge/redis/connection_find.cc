// Finding an order's document, or the orders of a reference, and probing whether Redis still holds what it held.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "edge/redis/batch_script.h"
#include "edge/redis/connection.h"

namespace redis {

void Connection::find(const saga::OrderId& id, DocumentListener& listener) {
  if (!ready_for(listener)) return;
  std::array<char, order_key_prefix.size() + saga::OrderId::text_size> key;
  const saga::OrderId::Text text = id.text();
  std::copy(text.begin(), text.end(),
            std::copy(order_key_prefix.begin(), order_key_prefix.end(), key.begin()));
  ask({key.data(), key.size()}, &listener);
}

void Connection::find_reference(std::string_view reference, std::uint64_t before, std::size_t limit,
                                DocumentListener& listener) {
  if (!ready_for(listener)) return;
  const std::string below = before == UINT64_MAX ? "+inf" : "(" + std::to_string(before);
  ask(std::string{reference_key_prefix}.append(reference), &listener, {below, std::to_string(limit)});
}

/// False: it is told soon that Redis is away.
bool Connection::ready_for(DocumentListener& listener) {
  if (state_ == State::ready) return true;
  unavailable_.push_back(&listener);
  reactor_.timers().arm(failing_, reactor_.now());
  return false;
}

void Connection::ask(std::string_view key, DocumentListener* listener,
                     std::initializer_list<std::string_view> more) {
  command_.clear();
  const std::string reached = std::to_string(reached_), reaching = std::to_string(reaching_);
  std::vector<std::string_view> words{"EVAL",   find_script, "5",        key,     checkpoint_key,
                                      live_key, stock_key,   recent_key, reached, reaching};
  words.insert(words.end(), more);
  format_command(std::span{words}, command_);
  finds_.push_back({listener, reached_ != INT64_MAX});
  send(command_, Sent::find);
}

/// Asks for no order: the script checks the checkpoint and what Redis holds there, whatever the key is.
void Connection::probe() {
  if (reached_ != INT64_MAX && finds_.empty()) ask(order_key_prefix, nullptr);
  reactor_.timers().arm(probing_, reactor_.now() + probe_pause);
}

void Connection::answer_find(const Link::Reply& reply) {
  const auto [listener, stands] = finds_.front();
  finds_.pop_front();
  const bool failed = reply.kind != Link::Reply::Kind::text && reply.kind != Link::Reply::Kind::nothing;
  if (failed && stands) {
    if (reply.text.starts_with(lost_writes_error)) lost_.store(true, std::memory_order_relaxed);
    if (reply.text.starts_with(fenced_error)) fenced_.store(true, std::memory_order_relaxed);
  }
  if (listener == nullptr) return;
  if (failed) return listener->found(DocumentListener::Found::unavailable, {});
  const bool found = reply.kind == Link::Reply::Kind::text;
  listener->found(found ? DocumentListener::Found::yes : DocumentListener::Found::no,
                  found ? reply.text : std::string_view{});
}

void Connection::fail_finds() {
  // Those that are asked for from within an answer wait for the next turn.
  for (std::size_t left = unavailable_.size(); left > 0 && !unavailable_.empty(); --left) {
    DocumentListener* const listener = unavailable_.front();
    unavailable_.pop_front();
    if (listener != nullptr) listener->found(DocumentListener::Found::unavailable, {});
  }
}

void Connection::forget(DocumentListener& listener) {
  for (Find& find : finds_) {
    if (find.listener == &listener) find.listener = nullptr;
  }
  std::replace(unavailable_.begin(), unavailable_.end(), &listener, static_cast<DocumentListener*>(nullptr));
}

}  // namespace redis
