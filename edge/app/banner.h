// What --dev prints once it serves: that everything is embedded, and where everything is. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace edge {

struct Banner {
  std::uint16_t port = 0;
  std::string_view data;  // the folder of the mails
  std::string_view brokers, topic;
};
std::string render(const Banner& banner);

}  // namespace edge
