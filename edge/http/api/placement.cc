#include "edge/http/api/placement.h"

#include <chrono>
#include <utility>

#include "edge/http/api/order_answers.h"
#include "edge/http/wire/limits.h"
#include "edge/http/wire/text.h"
#include "engine/codec/document.h"

namespace http {
namespace {

// Nobody who waits for a mail notices it, and a look is two lookups of an id.
constexpr engine::Duration glance_pause = std::chrono::milliseconds{250};

}  // namespace

Placement::Placement(Desk& desk, engine::Store& store, edge::Reactor& reactor, const Settings& settings)
    : OrderWait(store, reactor, settings.lookup_deadline), desk_(desk), settings_(settings) {}

void Placement::begin(Exchange& exchange, const Wish& wish) {
  OrderWait::begin(exchange);
  wish_ = wish;
}

void Placement::look_up(std::string_view body) {
  body_.reserve(body.size() + limits::padding);
  body_ = body;
  hold(body_.capacity());
  asks_for_key_ = wish_.key_id.has_value();
  Lookup::look_up(wish_.key_id.value_or(wish_.id));
}

std::string_view Placement::body() const { return body_; }

void Placement::looked_up(Found found, std::string_view document) {
  if (!std::exchange(asks_for_key_, false) || found == Found::unavailable)
    return desk_.looked_up(*this, found, document);
  if (found == Found::yes) return answer_other_body(release());
  Lookup::look_up(wish_.id);
}

void Placement::wait_for(tape::Record& record, bool replayed) {
  replayed_ = replayed;
  attach(record);
  set_deadline();
}

void Placement::wait_for_return(saga::State status) {
  replayed_ = true;
  away_ = status;
  reactor_.timers().arm(*this, wished_end());
  still_away();
}

void Placement::still_away() { reactor_.timers().arm(glance_, reactor_.now() + glance_pause); }

engine::Time Placement::wished_end() const {
  return wish_.arrived + std::chrono::seconds{wish_.wait.value_or(0)};
}

void Placement::set_deadline() {
  const bool unacked = record_->status == saga::State::none;
  reactor_.timers().arm(*this, unacked ? wish_.arrived + settings_.ack_deadline : wished_end());
}

void Placement::given_back() {
  reactor_.timers().cancel(glance_);
  away_ = saga::State::none;
  give_back(body_);
  desk_.done(*this);
}

void Placement::acked(const tape::Record& record, const tape::Event&) {
  if (record.order.body_hash != wish_.body_hash) return answer_other_body(release());
  if (!wish_.wait) return accept();
  if (saga::ended(record.status)) {
    std::string document;
    codec::render_document(record, document);
    const Wish wish = wish_;
    const bool replayed = replayed_;
    answer_ended(release(), wish.id, document, {replayed, wish.wait});
  } else if (record.step_count == 1) {
    if (reactor_.now() >= wished_end()) return accept();
    set_deadline();  // of the wait, from now on
  }
}

void Placement::accept() {
  const Wish wish = wish_;
  const saga::State status = record_ != nullptr ? record_->status : away_;
  const bool replayed = replayed_;
  if (!replayed) desk_.accepted(reactor_.now() - wish.arrived);
  answer_accepted(release(), wish.id, status, {replayed, wish.wait});
}

void Placement::end_wait() {
  wish_.wait.reset();
  const saga::State known = record_ != nullptr ? record_->status : away_;
  if (known != saga::State::none) accept();
}

void Placement::fire(engine::Time) {
  if (record_ == nullptr || record_->status != saga::State::none) return accept();
  const saga::OrderId id = wish_.id;
  answer_outcome_unknown(release(), id,
                         "The order was taken but its acknowledgement is not there yet. It may still come to "
                         "be: ask for it, or send it again with the same id or key.");
}

}  // namespace http
