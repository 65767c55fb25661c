// Every setting of the engine, typed: what `--config`, the environment and `--set` come to in the end.
//
// Plain values with no behaviour: load() fills them, app wires them into the boxes, nobody changes them
// later. The names are the keys of the file, so `config.mail.retry.backoff` is `mail.retry.backoff`.
// Defaults, bounds and the meaning of each stand in one table, settings.cc; load() fills them in,
// a Config made by hand does not have them all. What a box has a type for is that box's type here, too.
//
// Thread: built on main before any other thread; read-only afterwards, from any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "edge/log.h"
#include "engine/codec/event_style.h"
#include "engine/runtime/placement.h"
#include "engine/runtime/worker.h"
#include "engine/saga/event.h"
#include "handlers/inventory.h"
#include "handlers/retry.h"
#include "handlers/simulate.h"

namespace edge {

using engine::Duration;

// A host as a numeric address and a port; port 0 lets the system choose.
struct Address {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const Address&) const = default;
};

// A value that must not be shown. `reference` says where it came from, as TOML (`{ env = "NAME" }`), and is
// what gets printed in its stead; it is empty when the value was written plainly, which only harmless ones
// may be.
struct Secret {
  std::string value;
  std::string reference;
  bool operator==(const Secret&) const = default;
};

// One bearer token that clients may present, known by its digest only.
struct Token {
  std::string name;
  std::array<std::uint8_t, 32> sha256{};
  bool orders = false;
  bool admin = false;
  std::optional<saga::HandlerId> participant{};  // whose work it may give answers for
  bool operator==(const Token&) const = default;
};

struct Http {
  Address listen;
  std::vector<std::string> hosts;
  std::uint64_t connections = 0;
  std::vector<Token> tokens;  // empty: no check, and `listen` is loopback unless it is `open`
  bool open = false;
  Duration ack_deadline{};
  Duration head_deadline{};
  Duration body_deadline{};
  Duration idle_deadline{};
  Duration drain_deadline{};
  bool operator==(const Http&) const = default;
};

// One line for the Kafka client library, passed on as it is.
struct ClientSetting {
  std::string name;
  Secret value;
  bool operator==(const ClientSetting&) const = default;
};

struct Kafka {
  std::string brokers;  // empty only with --dev
  std::string topic;
  std::vector<ClientSetting> client;
  std::string requests;  // where participants over the topic ask; never empty behind load()
  Duration start_deadline{};
  Duration linger{};
  std::uint64_t max_in_flight = 0;
  bool operator==(const Kafka&) const = default;
};

struct Redis {
  Secret url;  // redis://… or unix://…; empty only with --dev
  Secret password;
  Duration start_deadline{};
  bool operator==(const Redis&) const = default;
};

// Who does a handler's work: the engine (a provider that it simulates, its own stock, its mail), somebody who
// is called over HTTP, or somebody who reads the topic.
enum class ProviderKind : std::uint8_t { ours, http, topic };

// One for each handler whose work can be done outside. What the chosen kind does not use is refused when it
// is written: idle.h.
struct Provider {
  ProviderKind provider = ProviderKind::ours;
  std::string url;
  std::vector<Secret> secret;  // whsec_…; several while one is rotated, the newest first
  Duration timeout{};
  Duration answer_deadline{};
  std::uint64_t connections = 0;
  std::string ca_file;  // empty: the system's authorities
  bool operator==(const Provider&) const = default;
};

struct Mail {
  std::string url;  // smtp:// smtps:// dir:PATH discard:; empty only with --dev
  std::string from;
  std::string user;
  Secret password;
  std::string ca_file;  // empty: the system's authorities
  std::string ehlo;     // empty: the domain of `from`
  std::uint64_t connections = 0;
  handlers::RetryRules retry;  // its backoff and deadline
  std::uint64_t backlog = 0;
  bool operator==(const Mail&) const = default;
};

struct Orders {
  std::uint64_t live = 0;
  std::uint64_t memory = 0;  // bytes
  std::string currency;
  Duration keep{};
  Duration deadline{};
  bool operator==(const Orders&) const = default;
};

struct PaymentRules {
  std::string decline_over;   // money as text in the order's currency; empty: no such rule
  std::string decline_email;  // a pattern with `*`; empty: no such rule
  double decline_rate = 0;
  double transient_rate = 0;
  double refund_transient_rate = 0;
  Duration latency{};
  bool operator==(const PaymentRules&) const = default;
};

struct Payment : Provider {
  saga::Capture capture = saga::Capture::at_once;  // when the money is taken
  PaymentRules simulate;
  handlers::RetryRules retry;  // `[retry]` where the section does not say otherwise; so in the others
  bool operator==(const Payment&) const = default;
};

struct Inventory : Provider {
  handlers::Untracked untracked = handlers::Untracked::accept;
  handlers::RetryRules retry;
  bool operator==(const Inventory&) const = default;
};

struct Shipping : Provider {
  handlers::ShippingRules simulate;
  handlers::RetryRules retry;
  bool operator==(const Shipping&) const = default;
};

// Its own retries are [mail]'s, whoever sends.
struct Notification : Provider {
  bool operator==(const Notification&) const = default;
};

struct Events {
  std::string type_prefix;
  std::string source;
  codec::Mode mode = codec::Mode::structured;
  bool operator==(const Events&) const = default;
};

struct Workers {
  std::vector<runtime::AgentCpu> placement;  // every agent once; empty: "auto"
  runtime::Idle idle = runtime::Idle::automatic;
  bool operator==(const Workers&) const = default;
};

// OTLP over HTTP.
// One header of a request.
struct Header {
  std::string name;
  Secret value;
  bool operator==(const Header&) const = default;
};

struct Traces {
  std::string url;              // of the collector; empty: off
  std::vector<Header> headers;  // that it wants beside ours
  double sample = 0;
  bool operator==(const Traces&) const = default;
};

struct Logging {
  Log::Level level = Log::Level::info;
  Log::Format format = Log::Format::text;
  bool operator==(const Logging&) const = default;
};

struct Config {
  Http http;
  Kafka kafka;
  Redis redis;
  Mail mail;
  Orders orders;
  Payment payment;
  Inventory inventory;
  Shipping shipping;
  Notification notification;
  handlers::RetryRules retry;
  Events events;
  Workers workers;
  Traces traces;
  Logging log;
  bool operator==(const Config&) const = default;
};

}  // namespace edge
