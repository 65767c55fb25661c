#include "edge/http/wire/pipeline.h"

#include <charconv>
#include <utility>

#include "edge/http/wire/text.h"
#include "engine/ensure.h"

namespace http {
namespace {

void append_number(std::size_t number, std::string& out) {
  char digits[20];
  const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace

void Exchange::hold(std::size_t bytes) {
  if (bytes == held_) return;
  keep(bytes);
  pipeline_->owner_.answered();
}

void Exchange::keep(std::size_t bytes) {
  pipeline_->waiting_ += bytes - held_;
  held_ = bytes;
}

/// The oldest straight into what is sent.
void Exchange::render(const Answer& answer, bool without_end) {
  Shared& shared = pipeline_->shared_;
  std::string& out = pipeline_->oldest(*this) ? pipeline_->out_ : text_;
  out += "HTTP/1.1 ";
  append_number(static_cast<std::size_t>(answer.status), out);
  out += ' ';
  out += phrase(answer.status);
  out += "\r\nDate: ";
  out += shared.date.at(shared.reactor.shown());
  if (!answer.type.empty()) {
    out += "\r\nContent-Type: ";
    out += answer.type;
  }
  if (!without_end && answer.status != 304 && answer.status != 204) {
    out += "\r\nContent-Length: ";
    append_number(answer.body.size(), out);
  }
  // Answers behind this one are still to come: only the last may say that it is.
  if (!keep_alive_ || without_end || (shared.closing && pipeline_->newest(*this)))
    out += "\r\nConnection: close";
  else if (old_)
    out += "\r\nConnection: keep-alive";
  out += "\r\n";
  out += answer.headers;
  out += "\r\n";
  if (!head_only_) out += answer.body;
  keep(text_.size());
}

void Exchange::answer(const Answer& answer) {
  ENSURE(pipeline_ != nullptr && !ready_);
  render(answer, false);
  pipeline_->shared_.tally.count(group_, answer.status);
  pipeline_->complete(*this);
}

void Exchange::refuse(const Problem& problem, std::string_view headers) {
  std::string body;
  http::render(problem, body);
  answer({problem.status, "application/problem+json", headers, body});
}

void Exchange::stream(std::string_view type, Follower& follower) {
  ENSURE(pipeline_ != nullptr && !ready_);
  render({200, type, "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n"}, true);
  pipeline_->shared_.tally.count(group_, 200);
  follower_ = &follower;
  pipeline_->complete(*this);
}

Outlet& Exchange::outlet() { return pipeline_->owner_; }

Pipeline::Pipeline(Shared& shared, Owner& owner) : shared_(shared), owner_(owner) {
  for (Exchange& exchange : ring_) exchange.pipeline_ = this;
}

Exchange& Pipeline::begin(bool keep_alive, bool head_only, bool old) {
  ENSURE(!full());
  Exchange& exchange = at(count_++);
  exchange.pending_ = nullptr;
  exchange.follower_ = nullptr;
  exchange.group_ = 0;
  exchange.ready_ = false;
  exchange.keep_alive_ = keep_alive;
  exchange.head_only_ = head_only;
  exchange.old_ = old;
  ++owed_;
  Shared::add(shared_.open, 1);
  return exchange;
}

void Pipeline::complete(Exchange& exchange) {
  exchange.ready_ = true;
  exchange.pending_ = exchange.follower_;  // a stream is told when its client goes
  while (count_ > 0 && at(0).ready_) {
    Exchange& front = at(0);
    out_ += front.text_;
    front.keep(0);
    give_back(front.text_);
    follower_ = front.follower_;
    first_ = (first_ + 1) % limits::pipelined;
    --count_;
  }
  owner_.answered();
}

void Pipeline::settle() {
  const int left = static_cast<int>(count_);
  if (owed_ == left) return;
  Shared::add(shared_.open, left - owed_);
  owed_ = left;
}

void Pipeline::abandon() {
  if (Follower* const follower = std::exchange(follower_, nullptr)) follower->abandoned();
  for (; count_ > 0; --count_) {
    Exchange& front = at(0);
    first_ = (first_ + 1) % limits::pipelined;
    front.keep(0);
    give_back(front.text_);
    if (Pending* const pending = std::exchange(front.pending_, nullptr)) pending->abandoned();
  }
  give_back(out_);
  settle();
}

void Pipeline::reset() {
  ENSURE(idle() && follower_ == nullptr && held() == 0);
  first_ = 0;
}

}  // namespace http
