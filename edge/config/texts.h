// What a text setting must look like: one function per kind of text; an error says what is wrong and what to
// do.
//
// Only what no box has a rule for: what a neighbour reads itself (its URL, a sender) is judged there.
// Thread: any; pure functions.
#pragma once

#include <string>
#include <string_view>

#include "edge/config/config.h"
#include "engine/result.h"

namespace edge::texts {

engine::Result<> check_topic(std::string_view text);
// As a topic, or empty.
engine::Result<> check_requests(std::string_view text);
engine::Result<> check_brokers(std::string_view text);
engine::Result<> check_source(std::string_view text);
engine::Result<> check_type_prefix(std::string_view text);

// "127.0.0.1:8080", "[::1]:8080", "localhost:0" into `address`.
engine::Result<> parse_address(std::string_view text, Address& address);
bool is_loopback(const Address& address);

// Whether a URL carries a password, which only a reference may bring.
bool has_password(std::string_view url);

}  // namespace edge::texts
