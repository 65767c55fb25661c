#include "engine/tape/record.h"

#include <cstring>
#include <new>

#include "engine/saga/render.h"
#include "engine/tape/event.h"

namespace tape {
namespace {

std::size_t text_bytes(const saga::Order& draft) {
  std::size_t bytes = draft.user_id.size() + draft.email.size() + draft.reference.size() +
                      draft.shipping.size() + draft.payment.size() + draft.metadata.size() +
                      draft.traceparent.size();
  for (const saga::Line& line : draft.lines) bytes += line.sku.size();
  return bytes;
}

std::string_view copy(std::string_view text, char*& to) {
  if (text.empty()) return {};
  std::memcpy(to, text.data(), text.size());
  const std::string_view copied{to, text.size()};
  to += text.size();
  return copied;
}

}  // namespace

std::size_t Record::bytes_for(const saga::Order& draft) {
  return sizeof(Record) + draft.lines.size() * (sizeof(saga::Line) + 2 * sizeof(std::int64_t)) +
         text_bytes(draft);
}

Record* Record::create(const saga::Order& draft) {
  // Layout: record | lines | what is left of each | and after a release | text.
  const std::size_t bytes = bytes_for(draft);
  auto* const memory = static_cast<char*>(::operator new(bytes));
  auto* const record = new (memory) Record;
  auto* const lines = reinterpret_cast<saga::Line*>(memory + sizeof(Record));
  auto* const left = reinterpret_cast<std::int64_t*>(lines + draft.lines.size());
  auto* text = reinterpret_cast<char*>(left + 2 * draft.lines.size());

  record->order = draft;
  record->order.user_id = copy(draft.user_id, text);
  record->order.email = copy(draft.email, text);
  record->order.reference = copy(draft.reference, text);
  record->order.shipping = copy(draft.shipping, text);
  record->order.payment = copy(draft.payment, text);
  record->order.metadata = copy(draft.metadata, text);
  record->order.traceparent = copy(draft.traceparent, text);
  for (std::size_t i = 0; i < draft.lines.size(); ++i) {
    new (&lines[i]) saga::Line(draft.lines[i]);
    lines[i].sku = copy(draft.lines[i].sku, text);
    new (&left[i]) std::int64_t(untracked);
    new (&left[draft.lines.size() + i]) std::int64_t(untracked);
  }
  record->order.lines = {lines, draft.lines.size()};
  record->lines_left = {left, draft.lines.size()};
  record->lines_after = {left + draft.lines.size(), draft.lines.size()};
  record->bytes = static_cast<std::uint32_t>(bytes);
  record->json_bytes_max = static_cast<std::uint32_t>(saga::json::order_bytes_max(record->order));
  return record;
}

void Record::destroy(Record* record) {
  record->~Record();
  ::operator delete(record);
}

namespace {

// Of the built-in carrier.
constexpr std::string_view simulated_carrier = "simulated";

bool of_mail(saga::EventKind kind) {
  return kind == saga::EventKind::NotificationSent || kind == saga::EventKind::NotificationFailed;
}

/// Whether it is more than the built-in providers say, which has its place in the record.
bool must_be_kept(saga::EventKind kind, const AnswerData& said) {
  const bool has_place = kind == saga::EventKind::PaymentConfirmed ||
                         kind == saga::EventKind::PaymentRefunded ||
                         kind == saga::EventKind::ShippingConfirmed;
  const bool usual_carrier =
      kind == saga::EventKind::ShippingConfirmed ? said.carrier == simulated_carrier : said.carrier.empty();
  const bool more = !said.detail.empty() || !said.data.empty() || !said.cause.empty() || !said.by.empty() ||
                    said.attempts > 0 || !usual_carrier;
  if (has_place)
    return more || said.reference.size() > ShortText::bytes_max ||
           said.tracking_number.size() > ShortText::bytes_max;
  return more || !said.reference.empty();
}

}  // namespace

const AnswerData* Record::said_with(saga::EventKind kind) const {
  return of_mail(kind) ? mail_said.get() : answers.find(kind);
}

void Record::keep_answer(saga::EventKind kind, const AnswerData& said) {
  if (of_mail(kind)) return keep_mail_answer(kind, said);
  if (must_be_kept(kind, said)) return answers.keep(kind, said);
  if (kind == saga::EventKind::PaymentConfirmed) payment_reference = ShortText(said.reference);
  if (kind == saga::EventKind::PaymentRefunded) refund_reference = ShortText(said.reference);
  if (kind == saga::EventKind::ShippingConfirmed) tracking_number = ShortText(said.tracking_number);
}

/// A mail may be sent again, and then answered again.
void Record::keep_mail_answer(saga::EventKind kind, const AnswerData& said) {
  mail_said.reset();
  if (kind == saga::EventKind::NotificationFailed) mail_answer = said.detail;
  AnswerData kept = said;
  kept.detail.clear();  // the event has it as its `answer`
  if (must_be_kept(kind, kept)) mail_said = std::make_unique<const AnswerData>(std::move(kept));
}

std::string_view Record::reference(saga::EventKind kind) const {
  if (const AnswerData* const said = answers.find(kind)) return said->reference;
  if (kind == saga::EventKind::PaymentConfirmed) return payment_reference.view();
  if (kind == saga::EventKind::PaymentRefunded) return refund_reference.view();
  return {};
}

std::string_view Record::tracking() const {
  const AnswerData* const said = answers.find(saga::EventKind::ShippingConfirmed);
  return said != nullptr ? std::string_view{said->tracking_number} : tracking_number.view();
}

std::string_view Record::carrier() const {
  const AnswerData* const said = answers.find(saga::EventKind::ShippingConfirmed);
  return said != nullptr ? std::string_view{said->carrier} : simulated_carrier;
}

void Record::ask_for_mail(std::uint32_t asked) {
  mail_step = asked;
  if (!mail_answer.empty()) answer_before = std::move(mail_answer);
  mail_answer.clear();
  mail_unconfirmed = false;
  mail_said.reset();
}

void Record::attach(Waiter& waiter) {
  waiter.next_ = waiters_;
  waiters_ = &waiter;
}

void Record::detach(Waiter& waiter) {
  for (Waiter** at = &waiters_; *at != nullptr; at = &(*at)->next_) {
    if (*at == &waiter) {
      *at = waiter.next_;
      return;
    }
  }
}

void Record::tell(const Event& event) {
  for (Waiter* waiter = waiters_; waiter != nullptr;) {
    Waiter* const next = waiter->next_;  // it may detach itself, and only itself
    waiter->acked(*this, event);
    waiter = next;
  }
}

}  // namespace tape
