#include "engine/orders/mail_again.h"

#include <utility>

namespace orders {

MailAgain::Result MailAgain::ask(tape::Record& live) {
  const saga::State status = live.status;
  if (saga::mailing_again(status)) return {.answer = Answer::under_way, .status = status};
  if (live.mail_step > live.step_count) return {.answer = Answer::asked, .record = &live, .status = status};
  return {.answer = saga::ended(status) ? Answer::ending : Answer::none_yet, .status = status};
}

MailAgain::Result MailAgain::ask(std::string_view document, std::string_view by) {
  tape::OwnedRecord kept(documents_.restore(document).record);
  if (kept == nullptr) return {.answer = Answer::unreadable};
  const saga::State status = kept->status;
  if (!saga::ended(status))
    return {.answer = saga::mailing_again(status) ? Answer::under_way : Answer::none_yet, .status = status};
  const Orders::Admission admission = orders_.readmit(std::move(kept));
  if (admission.record == nullptr)
    return {.answer = Answer::refused, .status = status, .refusal = admission.refusal};
  dispatch_.ask_for_mail(*admission.record, by);
  return {.answer = Answer::asked, .record = admission.record, .status = status};
}

}  // namespace orders
