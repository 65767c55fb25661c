// GET /v1/events: every acked event as it is acked, as server-sent events, from the transcript. A reader is
// only a position in it; what is new is framed once a turn and sent to everybody who is at the same place.
//
//   id: <offset>
//   data: <the CloudEvent>
//
// Last-Event-ID goes on behind that offset if the transcript reaches back so far; else one `event: gap` says
// that something may be missing. A reader that falls out of the transcript's history is closed. While no
// engine is attached nothing is new; the next one has another transcript, in which each reader goes on behind
// the last event it was sent, or is told of the gap.
//
// Thread: the reactor's. Bounds: limits::stream_bytes_a_turn to each reader a turn.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/wire/pipeline.h"
#include "edge/reactor.h"
#include "engine/pool.h"
#include "engine/tape/transcript.h"

namespace http {

class EventStream final : private runtime::Timer {
 public:
  explicit EventStream(edge::Reactor& reactor) : reactor_(reactor) {}

  void attach(const tape::Transcript& transcript, tape::Index released);
  void detach();

  /// One more reader. While attached.
  void follow(const Request& request, Exchange& exchange);
  void released(tape::Index released);
  /// Sends what is new; returns how many readers got something.
  int flush();
  /// How many follow; may be read from any thread.
  const std::atomic<int>& readers() const { return reader_count_; }

 private:
  class Reader final : public Follower {
   public:
    explicit Reader(EventStream& stream) : stream_(stream) {}
    void writable() override { stream_.serve(*this); }
    void abandoned() override { stream_.remove(*this); }

    Outlet* outlet = nullptr;
    tape::Index next = 0;    // event to be sent next
    tape::Offset last = -1;  // while detached: of the last event sent; negative: not known
    std::size_t sent = 0;    // bytes of its frame that have left
    std::string preamble{};  // before any event: the rest of a gap or a comment
    bool blocked = true;     // until the connection says otherwise
    bool gone = true;
    std::size_t position = 0;  // in readers_

   private:
    EventStream& stream_;
  };

  /// From behind: a reader may leave from within.
  template <class Each>
  void for_each_reader(const Each& each) {
    for (std::size_t i = readers_.size(); i-- > 0;) {
      if (i < readers_.size()) each(*readers_[i]);
    }
  }
  void go_on_behind(tape::Offset last, Reader& reader);
  tape::Index behind(tape::Offset offset) const;
  void put_down(Reader& reader);
  void serve(Reader& reader);
  bool send_preamble(Reader& reader);
  void send_events(Reader& reader);
  void frame(tape::Index from);
  void append_line(std::string_view event);
  void remove(Reader& reader);
  void fire(engine::Time now) override;

  edge::Reactor& reactor_;
  const tape::Transcript* transcript_ = nullptr;
  tape::Index released_ = 0;
  std::vector<Reader*> readers_;
  std::atomic<int> reader_count_{0};
  engine::Pool<Reader> pool_;
  // The frames of events from framed_from_ on, and where each ends.
  std::string frames_;
  std::vector<std::size_t> ends_;
  tape::Index framed_from_ = 0;
};

}  // namespace http
