#include "edge/smtp/pool.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

#include "edge/smtp/dialogue.h"
#include "edge/smtp/mail_list.h"
#include "engine/saga/trace.h"

namespace smtp {
namespace {

constexpr int warning = 4;  // as in syslog
constexpr int notice = 5;
constexpr std::array<std::string_view, 5> outcome_names{"sent", "transient", "away", "refused", "unknown"};

bool discards(const Settings& settings) { return settings.url == "discard:"; }

std::int64_t now_ns() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::uint64_t since_ns(std::chrono::steady_clock::time_point begin) {
  return static_cast<std::uint64_t>(
      std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count());
}

}  // namespace

/// One thread's own.
struct Pool::Connection {
  explicit Connection(orders::TaskInbox& inbox) : results(inbox) {}

  void answer(tape::Record* record, tape::MailOutcome outcome) {
    outcomes[static_cast<std::size_t>(outcome)].add();
    results.push({record, tape::TaskKind::mail_result, static_cast<std::uint8_t>(outcome)});
  }

  orders::TaskInbox::Producer results;
  std::unique_ptr<Transport> transport;
  std::array<runtime::Counter, outcome_names.size()> outcomes;
  runtime::Histogram latency_ns;
  std::thread thread;
};

std::size_t Pool::producers(const Settings& settings) {
  return discards(settings) ? 1 : static_cast<std::size_t>(std::max(settings.connections, 1));
}

Pool::Pool(Settings settings, orders::TaskInbox& notification)
    : settings_(std::move(settings)), discard_(discards(settings_)) {
  for (std::size_t i = 0; i < producers(settings_); ++i) {
    connections_.push_back(std::make_unique<Connection>(notification));
  }
}

Pool::~Pool() { stop(engine::Duration::zero()); }

engine::Result<> Pool::start() {
  if (const auto wrong = check(settings_); !wrong.empty())
    return "mail." + std::string(wrong.front().key) + ": " + wrong.front().what;
  sender_ = *parse_sender(settings_.from);
  if (discard_) return {};
  for (const auto& connection : connections_) {
    auto made = make_transport(settings_);
    if (const auto* const problem = std::get_if<std::string>(&made)) return *problem;
    connection->transport = std::move(std::get<std::unique_ptr<Transport>>(made));
  }
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    Connection& connection = *connections_[i];
    const std::lock_guard lock(mutex_);
    try {
      connection.thread = std::thread([this, &connection] { run(connection); });
    } catch (const std::system_error& error) {
      return "no thread for mail: " + error.code().message();
    }
    ++running_;
    pthread_setname_np(connection.thread.native_handle(), ("mail-" + std::to_string(i)).c_str());
  }
  return {};
}

void Pool::submit(const engine::Mail& mail) {
  if (discard_) {
    connections_.front()->answer(mail.record, tape::MailOutcome::sent);
  } else {
    queue_.push(mail);
  }
}

void Pool::run(Connection& connection) {
  while (const std::optional<engine::Mail> mail = queue_.pop()) {
    const auto begin = std::chrono::steady_clock::now();
    std::optional<edge::Span> span = begin_span(*mail);
    const std::optional<Message> message = render_message(*mail, sender_);
    Delivery delivery{tape::MailOutcome::refused, "the order's address is none we send to"};
    if (message) delivery = connection.transport->deliver(*message);
    const bool settled =
        delivery.outcome == tape::MailOutcome::sent || delivery.outcome == tape::MailOutcome::refused;
    // acquire: pairs with the release in stop(); what it cut off is as if it had never been tried.
    if (!settled && cut_off_.load(std::memory_order_acquire)) break;
    connection.latency_ns.record(since_ns(begin));
    watch(delivery);
    note(*mail->record, delivery);
    if (span) end_span(*std::move(span), delivery);
    if (delivery.outcome != tape::MailOutcome::sent) mail->record->mail_answer = on_one_line(delivery.detail);
    connection.answer(mail->record, delivery.outcome);
  }
  const std::lock_guard lock(mutex_);
  --running_;
  ended_.notify_all();
}

std::optional<edge::Span> Pool::begin_span(const engine::Mail& mail) const {
  const saga::Order& order = mail.record->order;
  if (settings_.spans == nullptr || order.traceparent.empty()) return std::nullopt;
  const auto trace = saga::Trace::parse(order.traceparent);
  if (!trace || !trace->sampled()) return std::nullopt;
  const engine::Time now = settings_.spans->now();
  // Nobody appends to an order while its mail is under way: the next step is the one that says how it went.
  const std::uint64_t step = saga::span_of_step(order.id, mail.record->step + 1);
  return edge::Span{.trace = trace->id,
                    .id = saga::span_within(step, static_cast<std::uint64_t>(now.ns)),
                    .parent = step,
                    .kind = edge::Span::Kind::client,
                    .name = "mail",
                    .begin = now,
                    .attributes = {{"saga.mail", std::string{saga::name(mail.what)}}}};
}

void Pool::end_span(edge::Span span, const Delivery& delivery) const {
  span.end = std::max(span.begin, settings_.spans->now());
  if (delivery.outcome != tape::MailOutcome::sent) span.error = on_one_line(delivery.detail);
  settings_.spans->take({std::move(span)});
}

/// Whether the server is away; logged when it goes and when it is back.
void Pool::watch(const Delivery& delivery) {
  const bool away = delivery.outcome == tape::MailOutcome::away;
  // relaxed: it guards nothing, is shown, and makes the log's lines alternate.
  if (away != (away_since_ns_.load(std::memory_order_relaxed) == 0)) return;
  const std::int64_t before = away_since_ns_.exchange(away ? now_ns() : 0, std::memory_order_relaxed);
  if (!settings_.log || away != (before == 0)) return;
  if (away) {
    settings_.log(warning, "mail does not go, to be tried again: " + delivery.detail);
  } else {
    settings_.log(notice, "mail works again");
  }
}

/// Logs what concerns one mail, once a mail.
void Pool::note(const tape::Record& record, const Delivery& delivery) {
  if (!settings_.log) return;
  const auto about_mail = [&](std::string_view what) {
    settings_.log(warning, "mail for order " + record.order.id.str() + std::string(what) + delivery.detail);
  };
  const bool first = record.attempts.load(std::memory_order_relaxed) == 0;
  switch (delivery.outcome) {
    case tape::MailOutcome::sent:
    case tape::MailOutcome::away:
    case tape::MailOutcome::later:  // no server of SMTP says that
      return;
    case tape::MailOutcome::refused:
      return about_mail(" refused: ");
    case tape::MailOutcome::transient:
      return first ? about_mail(" not taken, to be tried again: ") : void();
    case tape::MailOutcome::unknown:
      return first ? about_mail(" sent and not answered, to be tried again: ") : void();
  }
}

engine::Duration Pool::away_for() const {
  const std::int64_t since = away_since_ns_.load(std::memory_order_relaxed);
  return since == 0 ? engine::Duration{} : engine::Duration{now_ns() - since};
}

std::string Pool::mails_of(const tape::Record& record) const { return render_mail_list(record, sender_); }

void Pool::stop(engine::Duration grace) {
  queue_.close();
  {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, grace, [this] { return running_ == 0; });
  }
  cut_off_.store(true, std::memory_order_release);
  for (const auto& connection : connections_) {
    if (connection->transport) connection->transport->abandon();
  }
  for (const auto& connection : connections_) {
    if (connection->thread.joinable()) connection->thread.join();
  }
}

void Pool::add_metrics(runtime::Metrics& metrics) const {
  const auto label = [](std::size_t connection) {
    return "connection=\"" + std::to_string(connection) + "\"";
  };
  for (std::size_t c = 0; c < connections_.size(); ++c) {
    for (std::size_t o = 0; o < outcome_names.size(); ++o) {
      metrics.add("saga_mails_total", label(c) + ",outcome=\"" + std::string(outcome_names[o]) + "\"",
                  "Attempts to deliver a mail.", connections_[c]->outcomes[o]);
    }
  }
  for (std::size_t c = 0; c < connections_.size(); ++c) {
    metrics.add("saga_mail_seconds", label(c), "Time of an attempt to deliver a mail.",
                connections_[c]->latency_ns);
  }
  metrics.add_gauge("saga_mails_waiting", "", "Mails that no connection has begun.",
                    [this] { return static_cast<double>(queue_.size()); });
}

}  // namespace smtp
