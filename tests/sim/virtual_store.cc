#include "tests/sim/virtual_store.h"

#include <algorithm>
#include <utility>

#include "engine/ensure.h"
#include "tests/sim/allocations.h"

namespace sim {

VirtualStore::~VirtualStore() {
  const bool on_its_way =
      pending_ && !result_ &&
      std::any_of(sent_.begin(), sent_.end(), [](const Sent& sent) { return sent.batch; });
  if (on_its_way && random_.chance(0.5)) redis_.late.push_back(std::move(pending_));
}

bool VirtualStore::submit(const Batch& batch) {
  const Uncounted guard;
  if (pending_) return false;
  pending_ = std::make_unique<KeptBatch>(batch);
  reaching_ = batch.reaches.offset;
  if (connected_) sent_.push_back(Sent{.batch = true, .id = {}});
  return true;
}

std::optional<engine::Store::Applied> VirtualStore::result() {
  if (result_) pending_.reset();
  return std::exchange(result_, std::nullopt);
}

void VirtualStore::find(const saga::OrderId& id, DocumentListener& listener) {
  if (!connected_) return unavailable_.push_back(&listener);
  sent_.push_back({.batch = false, .id = id, .listener = &listener, .reached = reached_});
}

void VirtualStore::find_reference(std::string_view reference, std::uint64_t before, std::size_t limit,
                                  DocumentListener& listener) {
  if (!connected_) return unavailable_.push_back(&listener);
  sent_.push_back({.batch = false,
                   .id = {},
                   .reference = std::string{reference},
                   .before = before,
                   .limit = limit,
                   .listener = &listener,
                   .reached = reached_});
}

void VirtualStore::forget(DocumentListener& listener) {
  for (Sent& sent : sent_) {
    if (sent.listener == &listener) sent.listener = nullptr;
  }
  for (Reply& reply : replies_) {
    if (reply.to.listener == &listener) reply.to.listener = nullptr;
  }
  std::erase(unavailable_, &listener);
}

int VirtualStore::turn() {
  if (faults_.strikes(Fault::redis_stalled)) stalled_ = random_.between(1, 60);
  if (stalled_ > 0) {
    --stalled_;
    return 0;
  }
  if (!connected_ || !unavailable_.empty()) return random_.chance(0.2) ? answer() : 0;
  if (random_.chance(0.01)) probe();
  const bool batch_served = std::any_of(replies_.begin(), replies_.end(),
                                        [](const Reply& reply) { return reply.to.batch && !reply.refused; });
  if (batch_served && faults_.strikes(Fault::redis_reply_lost)) {
    lose();
  } else if (pending_ && !result_ && !batch_served && faults_.strikes(Fault::redis_batch_lost)) {
    lose();
  } else if (random_.chance(0.5)) {
    serve();
  } else {
    deliver();
  }
  return 1;
}

int VirtualStore::answer() {
  int work = 0;
  probe();
  if (!connected_) {
    connected_ = true;
    ++work;
    if (pending_ && !result_) sent_.push_back(Sent{.batch = true, .id = {}});
  }
  for (std::size_t left = unavailable_.size(); left > 0 && !unavailable_.empty(); --left, ++work) {
    DocumentListener* const listener = unavailable_.front();
    unavailable_.pop_front();
    listener->found(DocumentListener::Found::unavailable, {});
  }
  for (; !sent_.empty(); ++work) serve();
  for (; !replies_.empty(); ++work) deliver();
  return work;
}

/// The connection looks now and then, as find_script does.
void VirtualStore::probe() {
  if (redis_.fence > reaching_) {
    fenced_ = true;
  } else if (redis_.checkpoint.offset < reached_ || part_is_gone()) {
    lost_writes_ = true;
  }
}

bool VirtualStore::part_is_gone() const {
  if (reached_ == INT64_MAX || !redis_.contents) return false;
  if (!redis_.list_is_whole()) return true;
  return redis_.live.size() != redis_.contents->live || redis_.stock.size() != redis_.contents->skus;
}

void VirtualStore::serve() {
  if (sent_.empty()) return;
  if (sent_.front().batch && !std::exchange(sent_.front().checked, true)) {
    sent_.push_back(sent_.front());  // behind what is asked meanwhile
    return sent_.pop_front();
  }
  Reply reply;
  reply.to = sent_.front();
  sent_.pop_front();
  if (reply.to.batch) {
    reply.refused = faults_.strikes(Fault::redis_error);
    const Uncounted guard;
    if (!reply.refused) reply.applied = redis_.apply(pending_->batch);
  } else if (redis_.fence > reaching_) {
    reply.found = DocumentListener::Found::unavailable;
    reply.fenced = true;
  } else if (redis_.checkpoint.offset < reply.to.reached || part_is_gone()) {
    reply.found = DocumentListener::Found::unavailable;
    reply.behind = true;
  } else if (reply.to.reference) {
    reply.document = redis_.of_reference(*reply.to.reference, reply.to.before, reply.to.limit);
    if (!reply.document.empty()) reply.found = DocumentListener::Found::yes;
  } else if (const auto order = redis_.orders.find(reply.to.id); order != redis_.orders.end()) {
    reply.found = DocumentListener::Found::yes;
    reply.document = order->second;
  } else if (redis_.live.count(reply.to.id) == 1) {
    reply.found = DocumentListener::Found::unavailable;
    reply.behind = true;
  }
  replies_.push_back(std::move(reply));
}

void VirtualStore::deliver() {
  if (replies_.empty()) return;
  const Reply reply = std::move(replies_.front());
  replies_.pop_front();
  if (!reply.to.batch) {
    lost_writes_ = lost_writes_ || reply.behind;
    fenced_ = fenced_ || reply.fenced;
    if (reply.to.listener != nullptr) reply.to.listener->found(reply.found, reply.document);
  } else if (reply.refused) {
    sent_.push_back(Sent{.batch = true, .id = {}});
  } else {
    result_ = reply.applied;
    if (*result_ == Applied::applied) reached_ = reaching_;
  }
}

void VirtualStore::lose() {
  connected_ = false;
  std::vector<DocumentListener*> listeners;
  for (const Reply& reply : replies_) listeners.push_back(reply.to.listener);
  for (const Sent& sent : sent_) listeners.push_back(sent.listener);
  replies_.clear();
  sent_.clear();
  for (DocumentListener* listener : listeners) {
    if (listener != nullptr) listener->found(DocumentListener::Found::unavailable, {});
  }
}

}  // namespace sim
