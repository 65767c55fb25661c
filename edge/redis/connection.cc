#include "edge/redis/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/ensure.h"

namespace redis {
namespace {

using namespace std::chrono_literals;

constexpr engine::Duration resolver_poll = 5ms;
constexpr engine::Duration resend_pause_min = 20ms;
constexpr engine::Duration resend_pause_max = 1s;

bool says(std::string_view error, std::string_view word) {
  // Redis 6 wraps what a script's command said into a sentence of its own, so not only at the beginning.
  return error.find(word) != std::string_view::npos;
}

/// Errors that a new connection might not give: this one leads to the wrong server, or has the wrong user.
bool calls_for_another_connection(std::string_view error) {
  constexpr std::array<std::string_view, 4> words{"READONLY", "NOAUTH", "NOPERM", "WRONGPASS"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return says(error, word); });
}

std::string seconds(engine::Duration length) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
  return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
}

}  // namespace

Connection::Connection(edge::Reactor& reactor, ConnectionOptions options, Log log)
    : reactor_(reactor),
      options_(std::move(options)),
      log_(std::move(log)),
      link_(reactor, *this),
      backoff_(options_.backoff),
      resend_pause_(resend_pause_min) {}

void Connection::start() {
  lost_at_ = reactor_.now();
  resolve();
}

void Connection::log(const std::string& line) const {
  if (log_) log_(options_.url.shown() + ": " + line);
}

void Connection::list(runtime::Metrics& metrics) const {
  metrics.add("saga_redis_batch_bytes_total", "", "Bytes of batches sent to Redis", bytes_);
  metrics.add("saga_redis_resends_total", "", "Batches sent again", resends_);
  metrics.add("saga_redis_losses_total", "", "Connections lost or refused", losses_);
  metrics.add_gauge("saga_redis_connected", "", "1 while Redis is connected",
                    [this] { return ready_.load(std::memory_order_relaxed) ? 1.0 : 0.0; });
}

// --- Getting there.

void Connection::resolve() {
  if (!addresses_.empty()) return open();
  if (options_.url.unix_socket) {
    addresses_ = {options_.url.place};
    return open();
  }
  state_ = State::resolving;
  resolver_.ask(options_.url.place);
  proceed();
}

void Connection::open() {
  state_ = State::connecting;
  const std::string place = std::move(addresses_.back());
  addresses_.pop_back();
  if (const auto opened = link_.open(options_.url, place); !opened.ok()) return lose(opened.error());
  reactor_.timers().arm(alarm_, reactor_.now() + options_.connect_timeout);
}

void Connection::proceed() {
  switch (state_) {
    case State::waiting:
      return resolve();
    case State::resolving:
      if (auto answer = resolver_.answer()) {
        if (!answer->error.empty()) return lose(answer->error);
        addresses_ = std::move(answer->addresses);
        std::reverse(addresses_.begin(), addresses_.end());
        return open();
      }
      return reactor_.timers().arm(alarm_, reactor_.now() + resolver_poll);
    case State::connecting:
      return lose("no connection within " + seconds(options_.connect_timeout));
    case State::greeting:
    case State::ready:
      return lose("no answer within " + seconds(options_.reply_timeout));
  }
}

void Connection::opened() {
  state_ = State::greeting;
  const Url& url = options_.url;
  const auto greet = [this](std::initializer_list<std::string_view> command) {
    command_.clear();
    format_command(command, command_);
    expect(Sent::greeting);
    link_.send(command_);
  };
  if (!url.password.empty() && url.user.empty()) greet({"AUTH", url.password});
  if (!url.password.empty() && !url.user.empty()) greet({"AUTH", url.user, url.password});
  if (url.db != 0) greet({"SELECT", std::to_string(url.db)});
  greet({"PING"});  // answered with what ails it, if anything
}

void Connection::greeted(const Link::Reply& reply) {
  if (reply.kind == Link::Reply::Kind::error) return lose(std::string(reply.text));
  if (sent_.empty()) become_ready();
}

void Connection::become_ready() {
  state_ = State::ready;
  ready_.store(true, std::memory_order_relaxed);
  addresses_.clear();
  if (lost_logged_) log("connected again after " + seconds(reactor_.now() - lost_at_));
  lost_logged_ = false;
  if (pending_ == Pending::to_send) send_batch();
  probe();
}

void Connection::lose(std::string_view why) {
  link_.close();
  losses_.add();
  if (state_ == State::ready) lost_at_ = reactor_.now();
  if (!lost_logged_) log(std::string(why) + "; trying again until it is back");
  lost_logged_ = true;

  state_ = State::waiting;
  ready_.store(false, std::memory_order_relaxed);
  sent_.clear();
  reactor_.timers().cancel(resend_);
  reactor_.timers().cancel(probing_);
  if (pending_ == Pending::sent) pending_ = Pending::to_send;
  reactor_.timers().arm(alarm_, reactor_.now() + backoff_);
  backoff_ = std::min(backoff_ * 2, options_.backoff_max);
  asked_ = 0;
  while (!finds_.empty()) {
    DocumentListener* const listener = finds_.front().listener;
    finds_.pop_front();
    if (listener != nullptr) listener->found(DocumentListener::Found::unavailable, {});
  }
}

void Connection::closed(std::string_view why) { lose(why.empty() ? "connection closed" : why); }

// --- Being there.

/// So many replies, behind those that are awaited already.
void Connection::expect(Sent what, std::size_t count) {
  if (sent_.empty()) reactor_.timers().arm(alarm_, (heard_at_ = reactor_.now()) + options_.reply_timeout);
  sent_.push_back({what, count});
}

void Connection::replied(const Link::Reply& reply) {
  const Awaited awaited = sent_.front();
  const bool in_run = awaited.what == Sent::queue && awaited.count > 1;
  in_run ? static_cast<void>(--sent_.front().count) : sent_.pop_front();
  if (sent_.empty()) {
    reactor_.timers().cancel(alarm_);
  } else if (heard_at_ != reactor_.now()) {
    reactor_.timers().arm(alarm_, (heard_at_ = reactor_.now()) + options_.reply_timeout);
  }
  switch (awaited.what) {
    case Sent::greeting:
      return greeted(reply);
    case Sent::watch:
    case Sent::queue:
      if (reply.kind == Link::Reply::Kind::error && error_.empty()) error_ = reply.text;
      return;
    case Sent::check:
      return answer_check(reply);
    case Sent::exec:
      return answer_exec(reply);
    case Sent::find:
      return answer_finds(reply, awaited.count);
    case Sent::reference:
      return answer_find(reply);
    case Sent::probe:
      return note_losses(reply, true);
  }
}

bool Connection::submit(const Batch& batch) {
  if (pending_ != Pending::none) return false;
  reaching_ = batch.reaches.offset;
  format_batch(batch, options_.keep, batch_);
  pending_ = Pending::to_send;
  if (state_ == State::ready) send_batch();
  return true;
}

void Connection::send_batch() {
  ENSURE(pending_ == Pending::to_send && state_ == State::ready);
  pending_ = Pending::sent;
  error_.clear();
  expect(Sent::watch);
  expect(Sent::check);
  link_.send(batch_.check.text);
}

void Connection::answer_check(const Link::Reply& reply) {
  if (reply.kind == Link::Reply::Kind::error && error_.empty()) error_ = reply.text;
  if (!error_.empty() || reply.kind != Link::Reply::Kind::integer) return refuse_batch(error_);
  switch (static_cast<ScriptAnswer>(reply.integer)) {
    case ScriptAnswer::may_write:
      return write_batch();
    case ScriptAnswer::already:
      return settle_batch(Applied::applied);
    case ScriptAnswer::fenced:
      return settle_batch(Applied::fenced);
    case ScriptAnswer::elsewhere:
      return settle_batch(Applied::elsewhere);
  }
}

void Connection::write_batch() {
  bytes_.add(batch_.write.text.size());
  expect(Sent::queue, batch_.write.count - 1);
  expect(Sent::exec);
  link_.send_kept(batch_.write.text);
}

void Connection::answer_exec(const Link::Reply& reply) {
  using Kind = Link::Reply::Kind;
  const auto is_error = [](const Link::Reply& one) { return one.kind == Kind::error; };
  const auto failed = std::find_if(reply.elements.begin(), reply.elements.end(), is_error);
  if (failed != reply.elements.end()) return refuse_batch(failed->text);
  if (reply.kind == Kind::array) return settle_batch(Applied::applied);
  if (reply.kind != Kind::nothing) return refuse_batch(error_.empty() ? reply.text : error_);
  // The checkpoint has changed since the check, which therefore has something else to say.
  pending_ = Pending::to_send;
  resends_.add();
  reactor_.timers().arm(resend_, reactor_.now() + resend_pause_min);
}

void Connection::settle_batch(Applied outcome) {
  outcome_ = outcome;
  if (outcome == Applied::applied) reached_ = reaching_;
  pending_ = Pending::known;
  backoff_ = options_.backoff;
  resend_pause_ = resend_pause_min;
  if (refused_logged_) log("takes batches again after " + seconds(reactor_.now() - refused_at_));
  refused_logged_ = false;
}

void Connection::refuse_batch(std::string_view error) {
  pending_ = Pending::to_send;
  resends_.add();
  if (!refused_logged_) {
    refused_at_ = reactor_.now();
    log("takes no batch, which waits: " + std::string(error));
  }
  refused_logged_ = true;
  if (calls_for_another_connection(error)) return lose(error);
  reactor_.timers().arm(resend_, reactor_.now() + resend_pause_);
  resend_pause_ = std::min(resend_pause_ * 2, resend_pause_max);
}

std::optional<engine::Store::Applied> Connection::result() {
  if (pending_ != Pending::known) return std::nullopt;
  pending_ = Pending::none;
  return outcome_;
}

}  // namespace redis
