// What a text setting must look like: one function per kind of text, each giving back what is wrong and what
// to do, or nothing.
//
// Only what no box has a rule for: what a neighbour reads itself (its URL, a sender) is judged there.
// Thread: any; pure functions.
#pragma once

#include <string>
#include <string_view>

#include "edge/config/config.h"

namespace edge::texts {

std::string check_topic(std::string_view text);
std::string check_brokers(std::string_view text);
std::string check_source(std::string_view text);
std::string check_type_prefix(std::string_view text);

// "127.0.0.1:8080", "[::1]:8080", "localhost:0" into `address`.
std::string parse_address(std::string_view text, Address& address);
bool is_loopback(const Address& address);

// Whether a URL carries a password, which only a reference may bring.
bool has_password(std::string_view url);

}  // namespace edge::texts
