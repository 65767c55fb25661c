#include "edge/http/api/event_stream.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "edge/http/api/limits.h"
#include "engine/saga/json.h"

namespace http {
namespace {

constexpr engine::Duration comment_every = std::chrono::seconds{15};

std::string gap(std::int64_t after) {
  return "event: gap\ndata: {\"after\":" + std::to_string(after) + "}\n\n";
}

/// Negative: it is none.
tape::Offset offset_of(std::string_view last_event_id) {
  tape::Offset last = -1;
  const char* const end = last_event_id.data() + last_event_id.size();
  return std::from_chars(last_event_id.data(), end, last).ptr == end ? last : -1;
}

}  // namespace

void EventStream::attach(const tape::Transcript& transcript, tape::Index released) {
  transcript_ = &transcript;
  this->released(released);
  for_each_reader([this](Reader& reader) {
    go_on_behind(reader.last, reader);
    if (!reader.blocked) send_preamble(reader);
  });
}

void EventStream::detach() {
  for_each_reader([this](Reader& reader) { put_down(reader); });
  transcript_ = nullptr;
}

/// It keeps what is left of the event that it has begun, and the place where it is.
void EventStream::put_down(Reader& reader) {
  if (reader.next < transcript_->oldest()) return reader.outlet->finish();
  if (reader.sent > 0) {
    frame(reader.next++);
    reader.preamble = frames_.substr(reader.sent, ends_.front() - reader.sent);
    reader.sent = 0;
  }
  reader.last = reader.next > transcript_->oldest() ? transcript_->offset(reader.next - 1) : -1;
  reader.next = 0;
}

void EventStream::follow(const Request& request, Exchange& exchange) {
  if (request.method == Method::head) return exchange.answer({200, "text/event-stream", {}, {}});
  Reader& reader = pool_.take(*this);
  reader.outlet = &exchange.outlet();
  reader.sent = 0;
  reader.blocked = true;
  reader.gone = false;
  reader.preamble = ": welcome\n\n";
  reader.next = released_;
  if (present(request.last_event_id)) go_on_behind(offset_of(request.last_event_id), reader);
  reader.position = readers_.size();
  readers_.push_back(&reader);
  Shared::add(reader_count_, 1);
  if (!armed()) reactor_.timers().arm(*this, reactor_.now() + comment_every);
  exchange.stream("text/event-stream", reader);
}

/// `last` negative: not known.
void EventStream::go_on_behind(tape::Offset last, Reader& reader) {
  const tape::Index oldest = transcript_->oldest();
  // Whether anything lies between `last` and what is here, only an entry at or before its successor can tell.
  const bool reaches_back = last >= 0 && oldest < released_ && transcript_->offset(oldest) - 1 <= last &&
                            last <= transcript_->offset(released_ - 1);
  reader.next = reaches_back ? behind(last) : released_;
  if (!reaches_back) reader.preamble += gap(last);
}

/// The first event with a higher offset. Offsets grow with the index, with holes.
tape::Index EventStream::behind(tape::Offset offset) const {
  tape::Index low = transcript_->oldest();
  tape::Index high = released_;
  while (low < high) {
    const tape::Index middle = low + (high - low) / 2;
    if (transcript_->offset(middle) <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void EventStream::released(tape::Index released) {
  released_ = released;
  ends_.clear();  // what is framed is not all there is any more
}

int EventStream::flush() {
  int served = 0;
  if (transcript_ == nullptr) return served;
  for_each_reader([&](Reader& reader) {
    const bool lost = reader.next < transcript_->oldest();  // blocked for too long
    if (!lost && (reader.blocked || reader.next == released_)) return;
    serve(reader);
    ++served;
  });
  return served;
}

void EventStream::serve(Reader& reader) {
  reader.blocked = false;
  if (transcript_ != nullptr && reader.next < transcript_->oldest())
    return reader.outlet->finish();  // too slow: its history is gone
  if (reader.sent == 0 && !send_preamble(reader)) return;
  if (transcript_ != nullptr && reader.next < released_) send_events(reader);
}

bool EventStream::send_preamble(Reader& reader) {
  const std::size_t taken = reader.preamble.empty() ? 0 : reader.outlet->write(reader.preamble);
  if (reader.gone) return false;
  reader.preamble.erase(0, taken);
  reader.blocked = !reader.preamble.empty();
  return !reader.blocked;
}

void EventStream::send_events(Reader& reader) {
  if (ends_.empty() || framed_from_ != reader.next) frame(reader.next);
  const std::size_t wanted = frames_.size() - reader.sent;
  const std::size_t taken = reader.outlet->write(std::string_view{frames_}.substr(reader.sent));
  if (reader.gone) return;
  reader.blocked = taken < wanted;
  const std::size_t reached = reader.sent + taken;
  const auto whole = std::upper_bound(ends_.begin(), ends_.end(), reached) - ends_.begin();
  reader.next += static_cast<tape::Index>(whole);
  reader.sent = whole == 0 ? reached : reached - ends_[static_cast<std::size_t>(whole) - 1];
}

void EventStream::frame(tape::Index from) {
  frames_.clear();
  ends_.clear();
  framed_from_ = from;
  char number[24];
  for (tape::Index index = from; index < released_ && frames_.size() < limits::stream_bytes_a_turn; ++index) {
    const char* const end = saga::json::number(number, transcript_->offset(index));
    frames_ += "id: ";
    frames_.append(number, static_cast<std::size_t>(end - number));
    frames_ += "\ndata: ";
    append_line(transcript_->text(index));
    frames_ += "\n\n";
    ends_.push_back(frames_.size());
  }
}

/// As one line of the stream. Lines end in an event only where its shop broke them between the tokens of an
/// opaque object, so a blank means the same there.
void EventStream::append_line(std::string_view event) {
  const std::size_t begin = frames_.size();
  frames_ += event;
  for (std::size_t at = frames_.find_first_of("\r\n", begin); at != std::string::npos;
       at = frames_.find_first_of("\r\n", at))
    frames_[at] = ' ';
}

void EventStream::remove(Reader& reader) {
  reader.gone = true;
  readers_[reader.position] = readers_.back();
  readers_[reader.position]->position = reader.position;
  readers_.pop_back();
  Shared::add(reader_count_, -1);
  pool_.give(reader);
}

void EventStream::fire(engine::Time now) {
  for_each_reader([this](Reader& reader) {
    if (reader.blocked || reader.sent > 0 || !reader.preamble.empty()) return;
    reader.preamble = ":\n\n";
    send_preamble(reader);
  });
  if (!readers_.empty()) reactor_.timers().arm(*this, now + comment_every);
}

}  // namespace http
