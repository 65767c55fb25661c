#include "engine/desk/listing.h"

#include <utility>

#include "engine/codec/document.h"
#include "engine/desk/live_order.h"

namespace desk {

void Listing::start(ListRequest request, const Deadlines& deadlines, Client& client) {
  begin(client, deadlines);
  request_ = std::move(request);
  const auto id = saga::OrderId::parse(request_.named);
  if (!id) return search();
  by_id_ = true;
  lines_.push_back({0, *id});
  documents_.emplace_back();
  look_up(*id);
}

/// Everything that is listed and passes.
void Listing::search() {
  request_.filter.named = request_.named;
  const std::vector<orders::Listed> listed =
      with_.orders.list(request_.filter, request_.before, request_.limit);
  more_ = listed.size() == request_.limit;
  lines_.reserve(listed.size());
  documents_.reserve(listed.size());
  for (const orders::Listed& one : listed) {
    std::string document;
    if (one.live != nullptr) document = live_order(*one.live, with_);
    if (one.finished != nullptr) {
      if (!passes(one.finished->document)) continue;
      document = ended_order(one.finished->document, one.finished->acked);
    }
    if (bytes_ + document.size() > request_.bytes && !lines_.empty()) {
      more_ = true;
      break;
    }
    bytes_ += document.size();
    lines_.push_back({one.serial, one.id});
    documents_.push_back(std::move(document));
  }
  go_on();
}

bool Listing::passes(std::string_view document) const {
  return request_.named.empty() || codec::names(document, request_.named);
}

void Listing::go_on() {
  while (next_ < lines_.size() && !documents_[next_].empty()) ++next_;
  if (next_ < lines_.size()) return look_up(lines_[next_].id);
  finish();
}

void Listing::looked_up(const Whereabouts& order) {
  using At = Whereabouts::At;
  if (order.at == At::unknown) return answer({.outcome = Outcome::unavailable});
  const bool live = order.at == At::live;
  const bool there = live ? order.record->status != saga::State::none : order.at != At::nowhere;
  if (by_id_ && !there) {  // then it may be a reference that looks like one
    by_id_ = false;
    lines_.clear();
    documents_.clear();
    return search();
  }
  if (there && (live || by_id_ || passes(order.document))) {  // else it has gone meanwhile, or is another
    std::string& document = documents_[next_];
    document = live ? live_order(*order.record, with_) : ended_order(order.document, order.acked);
    bytes_ += document.size();
    while (bytes_ > request_.bytes && lines_.size() > 1) {
      bytes_ -= documents_.back().size();
      documents_.pop_back();
      lines_.pop_back();
      more_ = true;
    }
  }
  ++next_;
  go_on();
}

void Listing::finish() {
  const std::vector<std::string> documents = std::exchange(documents_, {});
  answer({.outcome = Outcome::listed,
          .documents = documents,
          .next = more_ && !lines_.empty() ? lines_.back().serial : 0});
}

void Listing::given_back() {
  request_ = {};
  lines_ = {};
  documents_ = {};
  bytes_ = next_ = 0;
  more_ = by_id_ = false;
  pool_.give(*this);
}

}  // namespace desk
