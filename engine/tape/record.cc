#include "engine/tape/record.h"

#include <cstring>
#include <new>

#include "engine/saga/render.h"
#include "engine/tape/event.h"

namespace tape {
namespace {

std::size_t text_bytes(const saga::Order& draft) {
  std::size_t bytes = draft.user_id.size() + draft.email.size() + draft.reference.size() +
                      draft.shipping.size() + draft.payment.size() + draft.metadata.size();
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

void Record::ask_for_mail(std::uint32_t asked) {
  mail_step = asked;
  if (!mail_answer.empty()) answer_before = std::move(mail_answer);
  mail_answer.clear();
  mail_unconfirmed = false;
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
