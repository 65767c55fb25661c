// What a text setting must look like: one function per kind of text, each giving back what is wrong and what
// to do, or nothing.
//
// Only the shape is judged here; whether a broker answers or a mailbox exists shows itself at start.
// Thread: any; pure functions.
#pragma once

#include <string>
#include <string_view>

#include "edge/config/config.h"

namespace edge::texts {

std::string check_topic(std::string_view text);
std::string check_brokers(std::string_view text);
std::string check_redis_url(std::string_view text);
std::string check_mail_url(std::string_view text);
std::string check_mailbox(std::string_view text);  // `Name <local@domain>` or `local@domain`
std::string check_money(std::string_view text);
std::string check_source(std::string_view text);
std::string check_type_prefix(std::string_view text);

// "127.0.0.1:8080", "[::1]:8080", "localhost:0" into `address`.
std::string parse_address(std::string_view text, Address& address);
bool is_loopback(const Address& address);

// Whether a redis:// URL carries a password, which only a reference may bring.
bool has_password(std::string_view url);

}  // namespace edge::texts
