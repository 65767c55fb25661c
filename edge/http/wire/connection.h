// One client's connection: reads requests, sends answers, knows when to give up.
//
//   ready ─▶ read ─▶ consume ─▶ Responder ─▶ exchange answered ─▶ marked dirty ─▶ flush: one send, read on
//
// Reading stops while 16 requests are under way or too much is held for it (unsent, or waiting behind an
// answer that is not there yet), and for good after a request that ends the connection. A client that takes
// its answers too slowly is closed, whether a little of them moves or nothing. Closing is gentle (RFC 9112
// section 9.6): our side first, then what still arrives is thrown away for a moment, or the client might
// never see the last answer.
//
// Thread: the reactor's. Bounds: limits.h. Invariants: deadlines are absolute, from a request's first byte; a
// closed connection is told nothing more and reused only after the turn.
#pragma once

#include <cstdint>
#include <string_view>

#include "edge/http/wire/input.h"
#include "edge/http/wire/parser.h"
#include "edge/http/wire/pipeline.h"
#include "edge/http/wire/shared.h"
#include "edge/reactor.h"

namespace http {

class Connection final : public edge::Watcher, public runtime::Timer, public Pipeline::Owner {
 public:
  explicit Connection(Shared& shared);
  ~Connection() override;

  void open(int fd);
  bool is_open() const { return fd_ >= 0; }
  /// Once a turn after mark_dirty(): sends, reads on, closes when it is time.
  void flush();
  /// Closes at once if no request is under way; else after its answers.
  void close_when_idle();
  /// Bytes of memory that this client makes the server hold.
  std::size_t held() const { return pipeline_.held() + input_.held(); }

  void ready(std::uint32_t events) override;
  void fire(engine::Time now) override;
  void answered() override;
  std::size_t write(std::string_view bytes) override;
  void finish() override;

 private:
  void mark_dirty();
  void read();
  void read_on();
  std::size_t consume(char* data, std::size_t size);
  void note_partial();
  void refuse(const Problem& problem);
  void account();
  bool wants_more() const;
  bool may_read() const { return wants_more() && !shared_.full(); }
  bool streaming() const { return pipeline_.follower() != nullptr; }
  void discard();
  void linger();
  void close();
  std::size_t send(std::string_view bytes);
  std::uint64_t taken() const;
  bool keeps_up(engine::Time now);
  engine::Time due() const;
  void set_deadline();

  Shared& shared_;
  Parser parser_;
  Pipeline pipeline_;
  Input input_;
  int fd_ = -1;
  std::size_t sent_ = 0;                                // of pipeline_.out()
  engine::Time armed_{};                                // what the timer is set to; never later than due()
  engine::Time partial_since_ = engine::Time::never();  // an unfinished request's first byte
  engine::Time body_since_ = engine::Time::never();     // its head was complete
  engine::Time active_{};                               // last sign of life: for the idle deadline
  engine::Time lingering_since_{};
  engine::Time behind_since_ = engine::Time::never();  // the client is given until a write_deadline later
  std::uint64_t handed_ = 0;                           // bytes, to the socket so far
  std::uint64_t taken_before_ = 0;                     // of these, by the client at behind_since_
  std::size_t accounted_ = 0;                          // of held(), in Shared::held
  bool dirty_ = false;
  bool readable_ = false;      // the socket may have more
  bool stop_reading_ = false;  // no further request is taken
  bool hung_up_ = false;       // the client's end of file is on its way: no further edge announces it
  bool ended_ = false;         // it was read
  bool blocked_ = false;       // the socket takes no more
  bool lingering_ = false;
  bool continued_ = false;  // 100 Continue was sent for the request that is arriving
};

}  // namespace http
