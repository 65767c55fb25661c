// Finding an order's document, or the orders of a reference, and probing whether Redis still holds what it held.
#include <algorithm>

#include "edge/redis/connection.h"

namespace redis {

namespace {

/// Asked for by one script, so that it holds up Redis for a tenth of a millisecond at most.
constexpr std::size_t finds_at_once = 128;

}  // namespace

void Connection::find(const saga::OrderId& id, DocumentListener& listener) {
  if (!ready_for(listener)) return;
  finds_.push_back({&listener, id, reached_ != INT64_MAX});
  link_.want_to_send();
}

void Connection::find_reference(std::string_view reference, std::uint64_t before, std::size_t limit,
                                DocumentListener& listener) {
  if (!ready_for(listener)) return;
  ask();  // what was to be found before
  command_.clear();
  format_find_reference(reference, before, limit, {reached_, reaching_}, command_);
  finds_.push_back({&listener, {}, reached_ != INT64_MAX});
  ++asked_;
  expect(Sent::reference);
  link_.send(command_);
}

/// False: it is told soon that Redis is away.
bool Connection::ready_for(DocumentListener& listener) {
  if (state_ == State::ready) return true;
  unavailable_.push_back(&listener);
  reactor_.timers().arm(failing_, reactor_.now());
  return false;
}

void Connection::sending() { ask(); }

void Connection::ask() {
  while (asked_ < finds_.size()) {
    ids_.clear();
    for (; asked_ < finds_.size() && ids_.size() < finds_at_once; ++asked_) ids_.push_back(finds_[asked_].id);
    command_.clear();
    format_find(ids_, {reached_, reaching_}, command_);
    expect(Sent::find, ids_.size());
    link_.send(command_);
  }
}

/// Asks for no order: the script looks at the checkpoint and at what Redis holds there.
void Connection::probe() {
  if (reached_ != INT64_MAX && finds_.empty()) {
    command_.clear();
    format_find({}, {reached_, reaching_}, command_);
    expect(Sent::probe);
    link_.send(command_);
  }
  reactor_.timers().arm(probing_, reactor_.now() + probe_pause);
}

void Connection::answer_finds(const Link::Reply& reply, std::size_t count) {
  const bool all = reply.kind == Link::Reply::Kind::array && reply.elements.size() == count;
  for (std::size_t i = 0; i < count && asked_ > 0; ++i) answer_find(all ? reply.elements[i] : reply);
}

void Connection::answer_find(const Link::Reply& reply) {
  const Find find = finds_.front();
  finds_.pop_front();
  --asked_;
  note_losses(reply, find.stands);
  if (find.listener == nullptr) return;
  if (reply.kind == Link::Reply::Kind::text)
    return find.listener->found(DocumentListener::Found::yes, reply.text);
  const bool is_known = reply.kind == Link::Reply::Kind::nothing;
  find.listener->found(is_known ? DocumentListener::Found::no : DocumentListener::Found::unavailable, {});
}

void Connection::note_losses(const Link::Reply& reply, bool stands) {
  if (reply.kind != Link::Reply::Kind::error || !stands) return;
  if (reply.text.starts_with(lost_writes_error)) lost_.store(true, std::memory_order_relaxed);
  if (reply.text.starts_with(fenced_error)) fenced_.store(true, std::memory_order_relaxed);
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
