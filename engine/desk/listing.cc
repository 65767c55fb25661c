#include "engine/desk/listing.h"

#include <utility>

#include "engine/codec/document.h"
#include "engine/desk/live_order.h"

namespace desk {

void Listing::start(const ListRequest& request, const Deadlines& deadlines, Client& client) {
  begin(client, deadlines);
  const std::vector<orders::Listed> listed = with_.orders.list(request.filter, request.before, request.limit);
  bytes_max_ = request.bytes;
  more_ = listed.size() == request.limit;
  lines_.reserve(listed.size());
  documents_.reserve(listed.size());
  for (const orders::Listed& one : listed) {
    std::string document;
    if (one.live != nullptr) document = live_order(*one.live, with_);
    if (one.finished != nullptr) document = codec::public_part(one.finished->document);
    if (bytes_ + document.size() > bytes_max_ && !lines_.empty()) {
      more_ = true;
      break;
    }
    bytes_ += document.size();
    lines_.push_back({one.serial, one.id});
    documents_.push_back(std::move(document));
  }
  go_on();
}

void Listing::go_on() {
  while (next_ < lines_.size() && !documents_[next_].empty()) ++next_;
  if (next_ < lines_.size()) return look_up(lines_[next_].id);
  finish();
}

void Listing::looked_up(const Whereabouts& order) {
  using At = Whereabouts::At;
  if (order.at == At::unknown) return answer({.outcome = Outcome::unavailable});
  if (order.at != At::nowhere) {  // else it has gone meanwhile
    std::string& document = documents_[next_];
    document = order.at == At::live ? live_order(*order.record, with_) : codec::public_part(order.document);
    bytes_ += document.size();
    while (bytes_ > bytes_max_ && lines_.size() > 1) {
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
  answer({.outcome = Outcome::listed, .documents = documents, .next = more_ ? lines_.back().serial : 0});
}

void Listing::given_back() {
  lines_ = {};
  documents_ = {};
  bytes_ = next_ = 0;
  more_ = false;
  pool_.give(*this);
}

}  // namespace desk
