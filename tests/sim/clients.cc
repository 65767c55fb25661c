#include "tests/sim/clients.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/codec/document.h"
#include "engine/saga/json.h"
#include "tests/sim/violation.h"

namespace sim {
namespace {

using Found = engine::Store::DocumentListener::Found;
using tape::OrderRequest;

constexpr engine::Duration ack_deadline = std::chrono::seconds{20};
constexpr engine::Duration lookup_deadline = std::chrono::seconds{2};
constexpr std::array<const char*, 5> skus{"keyboard", "mouse", "cable", "glass-vase", "sticker"};
constexpr std::array<const char*, 5> kinds{"place", "get", "cancel", "retry", "stock"};

}  // namespace

// --- What they want.

void Clients::ask(unsigned orders) {
  const std::uint64_t dice = random_.below(100);
  if (placed_ == 0 || (dice < 45 && placed_ < orders)) {
    ++placed_;
    return place(placed_, 0, random_.chance(0.6));
  }
  const unsigned number = 1 + static_cast<unsigned>(random_.below(placed_));
  const saga::OrderId id = tests::order_id(number);
  if (dice < 60) return place(number, random_.chance(0.3) ? 1 : 0, true);
  if (dice < 75) return cancel(id);
  if (dice < 88) return get(id);
  if (dice < 95) return retry(id);
  const std::string sku = skus[random_.below(4)];
  const auto level = static_cast<std::int64_t>(random_.below(12));
  const auto acked = engine_->stock.find(sku);
  if (!acked || requests_.size() % 2 == 0) return set_stock(sku, {level});
  set_stock(sku, {.amount = level - 6, .relative = true, .only_at = level % 3 == 0 ? acked : std::nullopt});
}

Clients::Draft Clients::draft(unsigned number, unsigned body) const {
  // Follows from the number alone: sent again, it is the same.
  std::mt19937_64 choice(number * 7919UL + body);
  Draft draft;
  draft.email = (choice() % 8 == 0 ? "x@declined.example" : "you" + std::to_string(number) + "@example.com");
  const std::size_t count = 1 + choice() % 3;
  for (std::size_t i = 0; i < count; ++i)
    draft.lines.push_back({skus[choice() % skus.size()], 1 + static_cast<std::uint32_t>(choice() % 3),
                           100 + static_cast<std::int64_t>(choice() % 5000)});
  draft.order.short_form = count == 1 && choice() % 2 == 0;
  if (draft.order.short_form) draft.lines[0].quantity = 1;
  const bool says_more = choice() % 6 == 0;
  if (says_more && !draft.order.short_form) {
    draft.lines.push_back({"postage", 1, 450, false});
    draft.lines.push_back({draft.lines.front().sku, 2, 90, false});  // beside the one that is stock
  }
  for (const saga::Line& line : draft.lines) draft.order.total_minor += line.price_minor * line.quantity;
  if (says_more) say_more(draft.order, choice());
  draft.order.id = tests::order_id(number);
  draft.order.body_hash = hash(number, body);
  draft.order.user_id = "user";
  return draft;
}

/// What a shop may say beside its lines; now and then a discount that leaves nothing to pay.
void Clients::say_more(saga::Order& order, std::uint64_t choice) {
  order.discount_minor = choice % 3 == 0 ? order.total_minor : static_cast<std::int64_t>(choice % 100);
  order.total_minor -= order.discount_minor;
  order.reference = choice % 5 == 0 ? "" : "R-\\1";
  if (choice % 2 == 0) order.shipping = "{ \"to\":[\"a\"] ,\r\n\"step\":1}";
  if (choice % 7 != 0) order.payment = R"({"token":"pm_1","amountMinor":1,"n":1e999})";
  order.metadata =
      R"({"orderId":"x","status":"completed","reason":"none","bodyHash":"00","steps":[{"step":9}],)"
      R"("lines":[{"sku":"mouse","quantity":1}],"n":77777777777777777777777777777777777777777})";
}

saga::Digest Clients::hash(unsigned number, unsigned body) {
  saga::Digest digest;
  digest.fill(static_cast<std::uint8_t>(number));
  digest[0] = static_cast<std::uint8_t>(body);
  return digest;
}

Clients::Request& Clients::add(Kind kind, const saga::OrderId& id) {
  Request& request = requests_.emplace_back(*this, kind, id);
  waiting_.push_back(&request);
  if (trace) {
    std::printf("  ask %zu: %s %s\n", requests_.size(), kinds[static_cast<std::size_t>(kind)],
                id.str().c_str());
  }
  return request;
}

// --- POST, as edge/http/api/place_order.h has it.

void Clients::place(unsigned number, unsigned body, bool from_outside) {
  Request& request = add(Kind::place, tests::order_id(number));
  request.number = number;
  request.body = body;
  if (!from_outside) return admit(request);
  if (!settle_from_memory(request)) look_up(request);
}

bool Clients::settle_from_memory(Request& request) {
  if (tape::Record* const live = request.engine.orders.find_live(request.id)) {
    const bool same = live->order.body_hash == hash(request.number, request.body);
    if (live->status == saga::State::none) {
      wait_for(request, *live);
    } else {
      answer(request, same ? 202 : 422);
    }
    return true;
  }
  const orders::Finished* const finished = request.engine.orders.find_finished(request.id);
  if (finished != nullptr) replay(request, finished->document);
  return finished != nullptr;
}

void Clients::replay(Request& request, std::string_view document) {
  const auto same = codec::body_hash(document) == hash(request.number, request.body);
  answer(request, same ? 202 : 422);
}

void Clients::admit(Request& request) {
  Draft of = draft(request.number, request.body);
  of.order.lines = of.lines;
  of.order.email = of.email;
  tape::Record* const record = request.engine.orders.admit(of.order).record;
  if (record == nullptr) return answer(request, 503);
  request.audit.admitted();
  request.engine.dispatch.arrive(*record);
  wait_for(request, *record);
}

// --- The others.

void Clients::get(const saga::OrderId& id) {
  Request& request = add(Kind::get, id);
  std::string document;
  if (const tape::Record* const live = request.engine.orders.find_live(id)) {
    if (live->status == saga::State::none) return answer(request, 404);
    codec::render_document(*live, document);
  } else if (const orders::Finished* const finished = request.engine.orders.find_finished(id)) {
    document = finished->document;
  } else {
    return look_up(request);
  }
  const Model::Order* const order = request.audit.seen.find(id.str());
  require(order != nullptr, [&] { return "shown, but not acked: " + document; });
  Model::compare(id.str(), *order, document);
  answer(request, 200);
}

void Clients::cancel(const saga::OrderId& id) {
  Request& request = add(Kind::cancel, id);
  tape::Record* const live = request.engine.orders.find_live(id);
  const orders::Finished* const finished = request.engine.orders.find_finished(id);
  if (live == nullptr && finished == nullptr) return answer(request, 404);
  const saga::State status = live != nullptr ? live->status : finished->status;
  if (saga::backwards(status)) return answer(request, 202);
  if (status == saga::State::shipped || status == saga::State::completed) return answer(request, 409);
  if (!request.engine.dispatch.request(*live, OrderRequest::cancel)) return answer(request, 503);
  wait_for(request, *live);
}

void Clients::retry(const saga::OrderId& id) {
  Request& request = add(Kind::retry, id);
  tape::Record* const live = request.engine.orders.find_live(id);
  if (live == nullptr || live->status != saga::State::parked) return answer(request, 409);
  const bool asked_before = (live->requests_sent & static_cast<std::uint8_t>(OrderRequest::retry)) != 0;
  if (!request.engine.dispatch.request(*live, OrderRequest::retry)) return answer(request, 503);
  if (!asked_before) books_.asked_to_resume(id);
  wait_for(request, *live);
}

void Clients::set_stock(std::string sku, const tape::StockRequest& change) {
  Request& request = add(Kind::stock, {});
  request.change = request.engine.dispatch.set_stock(sku, change);
  if (request.change == nullptr) return answer(request, 503);
  request.audit.admitted();
  request.change->waiter = &request;
  request.deadline = clock_.now() + ack_deadline;
}

// --- Waiting.

void Clients::look_up(Request& request) {
  if (!request.engine.redis.connected()) return answer(request, 503);
  request.looking = true;
  request.deadline = clock_.now() + lookup_deadline;
  request.engine.redis.find(request.id, request);
}

void Clients::looked_up(Request& request, Found found, std::string_view document) {
  request.looking = false;
  if (found == Found::unavailable) return answer(request, 503);
  if (request.kind == Kind::get) {
    const Model::Order* const order = books_.log.find(request.id.str());
    require(order != nullptr || found == Found::no, "Redis shows an order that is not in the log");
    return answer(request, found == Found::yes ? 200 : 404);
  }
  request.from_store = found == Found::yes;
  if (request.from_store) return replay(request, document);
  if (!settle_from_memory(request)) admit(request);
}

void Clients::wait_for(Request& request, tape::Record& record) {
  request.record = &record;
  request.deadline = clock_.now() + ack_deadline;
  record.attach(request);
}

void Clients::acked(Request& request, const tape::Record& record, const tape::Event& event) {
  request.audit.told_of(record.acked_step(record.step_count - 1U).offset);
  switch (request.kind) {
    case Kind::place:
      return answer(request, record.order.body_hash == hash(request.number, request.body) ? 202 : 422);
    case Kind::cancel:
      if (saga::backwards(record.status)) return answer(request, 202);
      if (record.status == saga::State::shipped) return answer(request, 409);
      return;
    case Kind::retry:
      if (event.kind == saga::EventKind::OrderResumed) answer(request, 202);
      return;
    case Kind::get:
    case Kind::stock:
      throw Violation("told of an event without having waited for it");
  }
}

int Clients::tick() {
  const std::vector<Request*> all = waiting_;
  int count = 0;
  for (Request* request : all) {
    if (request->deadline > clock_.now()) continue;
    ++count;
    if (request->looking) request->engine.redis.forget(*request);
    answer(*request, request->looking ? 503 : 504);
  }
  return count;
}

void Clients::lost(Engine& engine) {
  const std::vector<Request*> all = waiting_;
  for (Request* request : all) {
    if (&request->engine != &engine) continue;
    if (request->looking) request->engine.redis.forget(*request);
    answer(*request, no_answer);
  }
  if (engine_ == &engine) engine_ = nullptr;
}

void Clients::answer(Request& request, int status) {
  require(request.answered == 0, "a request is answered twice");
  request.answered = status;
  if (request.record != nullptr) request.record->detach(request);
  if (request.change != nullptr) request.change->waiter = nullptr;
  std::erase(waiting_, &request);
  if (trace) {
    std::printf("  answer: %s %s %d\n", kinds[static_cast<std::size_t>(request.kind)],
                request.id.str().c_str(), status);
  }
  check_answer(request);
}

}  // namespace sim
