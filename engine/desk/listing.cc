#include "engine/desk/listing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/codec/document.h"
#include "engine/desk/live_order.h"
#include "engine/saga/text.h"

namespace desk {

void Listing::start(ListRequest request, const Deadlines& deadlines, Client& client) {
  begin(client, deadlines);
  request_ = std::move(request);
  if (request_.named.empty()) return search();
  const auto id = saga::OrderId::parse(request_.named);
  if (!id) return name();
  by_id_ = true;
  lines_.push_back({0, *id});
  documents_.emplace_back();
  look_up(*id);
}

/// Everything that has this reference, or is listed under this address.
void Listing::name() {
  if (!saga::printable_text(request_.named, saga::max_reference_characters)) return search();
  ask_store(request_.named, request_.before, request_.limit);
}

void Listing::looked_up_reference(Found found, std::string_view lines) {
  if (found == Found::unavailable) return answer({.outcome = Outcome::unavailable});
  for (std::size_t end; (end = lines.find('\n')) != std::string_view::npos; lines.remove_prefix(end + 1)) {
    const std::string_view line = lines.substr(0, end);
    const std::size_t blank = std::min(line.find(' '), line.size());
    std::uint64_t serial = 0;
    std::from_chars(line.data(), line.data() + blank, serial);
    const auto id = saga::OrderId::parse(line.substr(std::min(blank + 1, line.size())));
    if (id && serial > 0) kept_.push_back({serial, *id});
  }
  search();
}

/// What is listed and passes, and what is kept beside it.
void Listing::search() {
  request_.filter.named = request_.named;
  const std::vector<orders::Listed> listed =
      with_.orders.list(request_.filter, request_.before, request_.limit);
  more_ = listed.size() == request_.limit || kept_.size() == request_.limit;
  lines_.reserve(listed.size());
  documents_.reserve(listed.size());
  auto kept = kept_.begin();
  for (const orders::Listed& one : listed) {
    for (; kept != kept_.end() && kept->serial > one.serial; ++kept) add(*kept, {});
    if (kept != kept_.end() && kept->serial == one.serial) ++kept;  // the same
    std::string document;
    if (one.live != nullptr) document = live_order(*one.live, with_);
    if (one.finished != nullptr) {
      if (!passes(one.finished->document)) continue;
      document = ended_order(one.finished->document, one.finished->seen);
    }
    if (!add({one.serial, one.id}, std::move(document))) break;
  }
  while (kept != kept_.end() && add(*kept, {})) ++kept;
  go_on();
}

/// False: the page is full.
bool Listing::add(const Line& line, std::string document) {
  if (lines_.size() == request_.limit || (bytes_ + document.size() > request_.bytes && !lines_.empty())) {
    more_ = true;
    return false;
  }
  bytes_ += document.size();
  lines_.push_back(line);
  documents_.push_back(std::move(document));
  return true;
}

bool Listing::passes(const tape::Record& live) const {
  return live.status != saga::State::none && request_.filter.has(live.status) && request_.filter.passes(live);
}

bool Listing::passes(std::string_view document) const {
  const orders::Filter& filter = request_.filter;
  const auto status = codec::status(document);
  return status && !filter.retrying && filter.has(*status) &&
         (!filter.reason || codec::reason(document) == filter.reason) &&
         (filter.named.empty() || codec::names(document, filter.named));
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
    return name();
  }
  const bool passed = by_id_ || (live ? passes(*order.record) : passes(order.document));
  if (there && passed) {  // else it has gone meanwhile, or is another
    std::string& document = documents_[next_];
    document = live ? live_order(*order.record, with_) : ended_order(order.document, order.seen);
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
  kept_ = {};
  lines_ = {};
  documents_ = {};
  bytes_ = next_ = 0;
  more_ = by_id_ = false;
  pool_.give(*this);
}

}  // namespace desk
