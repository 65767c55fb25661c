// What somebody outside says about an order's turn, in the body of POST …/answers: what a participant answers to a call,
// and the key of that call, which a person who settles an order need not know.
//
//   {"key":"<orderId>.payment.charge","type":"PaymentConfirmed","reference":"pi_1","data":{…}}
//
// Thread: the reactor's. Bounds: texts of 1 to 255 characters, 4 KiB of data.
#pragma once

#include <optional>
#include <string_view>

#include "edge/http/wire/problem.h"
#include "engine/desk/answering.h"

namespace http {

/// limits::padding bytes behind `body` are readable.
std::optional<Problem> read_answer(std::string_view body, const saga::OrderId& id,
                                   desk::AnswerRequest& wanted);

}  // namespace http
