#include "edge/participants/client.h"

#include <curl/curl.h>
#include <pthread.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "edge/participants/transfers.h"
#include "engine/ensure.h"

namespace participants {
namespace {

constexpr int error_level = 3;  // as in syslog
constexpr int warning_level = 4;
constexpr int notice_level = 5;
constexpr engine::Duration longest_wait = std::chrono::minutes{1};

}  // namespace

Client::Client(Settings settings, Deliver deliver)
    : settings_(std::move(settings)), deliver_(std::move(deliver)), availability_(settings_) {
  ENSURE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);  // counted by libcurl, freed by the last
}

Client::~Client() {
  stop(engine::Duration::zero());
  transfers_.reset();
  curl_global_cleanup();
}

engine::Result<> Client::start() {
  if (const auto wrong = check(settings_); !wrong.empty())
    return settings_.name + "." + std::string(wrong.front().key) + ": " + wrong.front().what;
  transfers_ = std::make_unique<Transfers>(settings_);
  status_.since = engine::Duration{clock_.now().ns};
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    return "no thread for calls to " + settings_.name + ": " + error.code().message();
  }
  pthread_setname_np(thread_.native_handle(), ("call-" + settings_.name).substr(0, 15).c_str());
  return {};
}

bool Client::ask(Call call) {
  const std::lock_guard lock(mutex_);
  if (waiting_bytes_ + call.body.size() > settings_.waiting_bytes) return false;
  waiting_bytes_ += call.body.size();
  const std::uint64_t id = call.id;
  waiting_.push_back(std::move(call));
  ENSURE(by_id_.emplace(id, std::prev(waiting_.end())).second);
  ring();
  return true;
}

bool Client::withdraw(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return false;
  waiting_bytes_ -= found->second->body.size();
  waiting_.erase(found->second);
  by_id_.erase(found);
  return true;
}

/// Under the mutex. Once is enough until the thread has looked.
void Client::ring() {
  if (!std::exchange(rung_, true)) transfers_->wake();
}

void Client::run() {
  for (engine::Time now = clock_.now(); !over(now); now = clock_.now()) {
    begin_what_may(now);
    transfers_->perform();
    end_what_has_ended(now);
    availability_.look_at(now);
    begin_what_may(now);
    transfers_->wait(until_next(now));
  }
}

bool Client::over(engine::Time now) {
  const std::lock_guard lock(mutex_);
  rung_ = false;
  return stopping_ && (transfers_->count() == 0 || now >= cut_off_at_);
}

void Client::begin_what_may(engine::Time now) {
  while (availability_.may_begin(transfers_->count(), now)) {
    std::optional<Call> call = take_next();
    if (!call) break;
    transfers_->begin(std::move(*call), now);
  }
  publish_status();
}

std::optional<Call> Client::take_next() {
  const std::lock_guard lock(mutex_);
  if (stopping_ || waiting_.empty()) return std::nullopt;
  Call call = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= call.body.size();
  by_id_.erase(call.id);
  return call;
}

void Client::end_what_has_ended(engine::Time now) {
  while (std::optional<Transfers::Ended> ended = transfers_->next_ended()) {
    const Availability::State before = availability_.state();
    availability_.ended(ended->outcome, now);
    counters_.count(ended->outcome, now - ended->begun);
    say(ended->outcome, before);
    publish_status();  // whoever is told finds it as it is said
    deliver_(std::move(ended->outcome));
  }
}

void Client::say(const Outcome& outcome, Availability::State before) const {
  const Availability::State after = availability_.state();
  const bool was_away = before == Availability::State::away;
  if (!settings_.log || was_away == (after == Availability::State::away)) return;
  if (was_away) return settings_.log(notice_level, settings_.name + " answers again");
  const bool ours = outcome.verdict == Verdict::ours_to_mend;
  settings_.log(ours ? error_level : warning_level,
                settings_.name + " is away" + (ours ? ", for what it answers is ours to mend: " : ": ") +
                    outcome.detail);
}

void Client::publish_status() {
  const std::lock_guard lock(mutex_);
  if (status_.state != availability_.state()) status_.since = engine::Duration{availability_.since().ns};
  status_.state = availability_.state();
  status_.under_way = transfers_->count();
}

/// An hour-long backoff is cut: to look again costs nothing.
engine::Duration Client::until_next(engine::Time now) const {
  const std::lock_guard lock(mutex_);
  if (stopping_) return std::clamp(cut_off_at_ - now, engine::Duration::zero(), longest_wait);
  if (availability_.next() <= now) return longest_wait;
  return std::min(availability_.next() - now, longest_wait);
}

void Client::stop(engine::Duration grace) {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    cut_off_at_ = clock_.now() + grace;
    transfers_->wake();
  }
  thread_.join();
}

Client::Status Client::status() const {
  const std::lock_guard lock(mutex_);
  Status status = status_;
  status.since = engine::Duration{clock_.now().ns} - status_.since;
  status.waiting = waiting_.size();
  return status;
}

void Client::add_metrics(runtime::Metrics& metrics) const {
  counters_.add_to(metrics, settings_.name);
  const std::string label = "participant=\"" + settings_.name + "\"";
  const auto gauge = [&](std::string name, std::string help, double (*read)(const Status&)) {
    metrics.add_gauge(std::move(name), label, std::move(help), [this, read] { return read(status()); });
  };
  gauge("saga_participant_state", "0 up, 1 slow (asked for a pause), 2 away.",
        [](const Status& status) { return static_cast<double>(status.state); });
  gauge("saga_participant_state_seconds", "How long it has been in that state.",
        [](const Status& status) { return std::chrono::duration<double>(status.since).count(); });
  gauge("saga_participant_calls_waiting", "Calls that have not begun.",
        [](const Status& status) { return static_cast<double>(status.waiting); });
  gauge("saga_participant_calls_under_way", "Calls that have begun and not ended.",
        [](const Status& status) { return static_cast<double>(status.under_way); });
}

}  // namespace participants
