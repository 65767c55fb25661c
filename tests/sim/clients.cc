#include "tests/sim/clients.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "tests/sim/violation.h"

namespace sim {
namespace {

constexpr engine::Duration ack_deadline = std::chrono::seconds{20};
constexpr engine::Duration room_deadline = std::chrono::seconds{1};
constexpr engine::Duration store_deadline = std::chrono::seconds{2};
constexpr unsigned key_numbers = 500'000;  // ids of keys: no order has them
constexpr std::array<const char*, 5> skus{"keyboard", "mouse", "cable", "glass-vase", "sticker"};
constexpr std::array<const char*, 8> kinds{"place", "get",  "list",  "cancel",
                                           "retry", "mail", "stock", "answer"};

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
  if (dice < 82) return get(id);
  if (dice < 84) return list();
  if (dice < 90) return mail_again(id);
  if (dice < 95) return retry(id);
  const std::string_view sku = skus[random_.below(4)];
  const auto amount = static_cast<std::int64_t>(random_.below(12));
  const auto level = engine_->desk.level(sku);
  if (!level || requests_.size() % 2 == 0) return set_stock(sku, {amount});
  set_stock(sku, {.amount = amount - 6, .relative = true, .only_at = amount % 3 == 0 ? level : std::nullopt});
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
  if (number % 3 == 0) draft.order.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
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

// --- Asking.

Clients::Request& Clients::add(Kind kind, const saga::OrderId& id) {
  Request& request = requests_.emplace_back(*this, kind, id);
  waiting_.push_back(&request);
  if (trace) {
    std::printf("  ask %zu: %s %s\n", requests_.size(), kinds[static_cast<std::size_t>(kind)],
                id.str().c_str());
  }
  return request;
}

desk::Deadlines Clients::deadlines() const {
  return {.store = clock_.now() + store_deadline,
          .ack = clock_.now() + ack_deadline,
          .room = clock_.now() + room_deadline};
}

void Clients::place(unsigned number, unsigned body, bool from_outside) {
  Request& request = add(Kind::place, tests::order_id(number));
  request.number = number;
  request.body = body;
  Draft of = draft(number, body);
  of.order.lines = of.lines;
  of.order.email = of.email;
  desk::PlaceRequest wanted{.order = of.order, .from_outside = from_outside};
  if (from_outside && random_.chance(0.2)) wanted.key_id = tests::order_id(key_numbers + number);
  if (random_.chance(0.3))
    wanted.wait_until = clock_.now() + std::chrono::milliseconds{random_.between(0, 5000)};
  engine_->desk.place(wanted, deadlines(), request);
}

void Clients::get(const saga::OrderId& id) { engine_->desk.show(id, deadlines(), add(Kind::get, id)); }

void Clients::list() {
  const desk::ListRequest wanted{.limit = 1 + random_.below(20), .bytes = 1 + random_.below(20'000)};
  engine_->desk.list(wanted, deadlines(), add(Kind::list, {}));
}

void Clients::cancel(const saga::OrderId& id) {
  engine_->desk.request(id, tape::OrderRequest::cancel, "till", deadlines(), add(Kind::cancel, id));
}

void Clients::retry(const saga::OrderId& id) {
  Request& request = add(Kind::retry, id);
  const tape::Record* const live = engine_->orders.find_live(id);
  const auto sent = [&] {
    return live != nullptr &&
           (live->requests_sent & static_cast<std::uint8_t>(tape::OrderRequest::retry)) != 0;
  };
  const bool sent_before = sent();
  engine_->desk.request(id, tape::OrderRequest::retry, "desk", deadlines(), request);
  // One that is not in memory may be placed and parked before the store answers.
  const bool may_be_sent = live == nullptr && request.waiting();
  if ((sent() && !sent_before) || may_be_sent) books_.asked_to_resume(id);
}

void Clients::mail_again(const saga::OrderId& id) {
  engine_->desk.mail_again(id, "shop", deadlines(), add(Kind::mail, id));
}

void Clients::set_stock(std::string_view sku, const tape::StockRequest& wanted) {
  engine_->desk.set_stock(sku, wanted, "store room", deadlines(), add(Kind::stock, {}));
}

void Clients::answer(const saga::OrderId& id, const desk::AnswerRequest& wanted) {
  const tape::Record* const live = engine_->orders.find_live(id);
  const saga::Turn turn = live == nullptr                   ? saga::Turn::none
                          : wanted.turn == saga::Turn::none ? saga::due_or_parked_turn(live->status)
                                                            : saga::turn_of(live->status);
  Request& request = add(Kind::answer, id);
  request.said = wanted.kind;
  request.in_turn = turn != saga::Turn::none && saga::answers(turn, wanted.kind) &&
                    (wanted.turn == saga::Turn::none || wanted.turn == turn);
  engine_->desk.answer(id, wanted, deadlines(), request);
}

// --- Being answered.

void Clients::answered(Request& request, const desk::Answer& answer) {
  // Of a batch that is being released the audit has seen what lies before this order's event.
  const tape::Record* const live = request.engine.orders.find_live(request.id);
  if (live != nullptr && live->step_count > 0) request.audit.told_of(live->last_step().offset);
  request.answer = answer.outcome;
  end(request);
  check_answer(request, answer);
}

void Clients::end(Request& request) {
  require(!request.ended, "a request is answered twice");
  request.ended = true;
  std::erase(waiting_, &request);
  if (trace) {
    std::printf("  answer: %s %s %d\n", kinds[static_cast<std::size_t>(request.kind)],
                request.id.str().c_str(), request.answer ? static_cast<int>(*request.answer) : -1);
  }
}

std::size_t Clients::waiting(const Engine& engine) const {
  return static_cast<std::size_t>(std::count_if(
      waiting_.begin(), waiting_.end(), [&](const Request* request) { return &request->engine == &engine; }));
}

void Clients::lost(Engine& engine) {
  const std::vector<Request*> all = waiting_;
  for (Request* request : all) {
    if (&request->engine != &engine) continue;
    request->forget();
    end(*request);
  }
  if (engine_ == &engine) engine_ = nullptr;
}

}  // namespace sim
