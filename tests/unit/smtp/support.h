// What the tests of the mail edge share: orders to write about, and a real SMTP server as a child process
// (server.py).
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "edge/smtp/message.h"
#include "engine/tape/record.h"
#include "tests/catch.h"
#include "tests/world/child.h"
#include "tests/world/folder.h"

namespace mail_test {

inline saga::OrderId id(std::uint8_t number = 0x57) {
  saga::OrderId id = *saga::OrderId::parse("01890a5d-ac96-774b-bcce-b302099a8000");
  id.bytes[15] = number;
  return id;
}

/// Placed with lines; the total is their sum.
inline tape::OwnedRecord record(std::string_view email, const std::vector<saga::Line>& lines,
                                std::uint8_t number = 0x57) {
  saga::Order order;
  order.id = id(number);
  order.short_form = false;
  order.user_id = "customer-1";
  order.email = email;
  order.lines = lines;
  for (const saga::Line& line : lines) order.total_minor += line.quantity * line.price_minor;
  tape::OwnedRecord made(tape::Record::create(order));
  made->tracking_number = tape::ShortText("SIM0189-0A5D");
  return made;
}
inline tape::OwnedRecord record(std::string_view email = "you@example.com", std::uint8_t number = 0x57) {
  return record(email, {{"keyboard", 1, 4999}}, number);
}

inline engine::Mail mail(const tape::OwnedRecord& record) {
  // 2026-01-02T03:04:05.123456Z
  return {.record = record.get(), .at = engine::Time{1'767'323'045'123'456'000}};
}

inline const smtp::Sender& shop() {
  static const smtp::Sender sender = *smtp::parse_sender("Shop <orders@example.com>");
  return sender;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

using tests::Folder;
using tests::Python;

class Server {
 public:
  explicit Server(std::vector<std::string> options = {}) : python_(command(std::move(options))) {
    port_ = python_.line();
    REQUIRE(!port_.empty());
  }
  std::string url(std::string_view scheme = "smtp") const {
    return std::string(scheme) + "://127.0.0.1:" + port_;
  }
  /// It hears and says nothing more, but keeps its connections.
  void freeze() { python_.freeze(); }
  /// The next thing that happened there; waits for it.
  std::string happened() { return python_.line(); }

 private:
  static std::vector<std::string> command(std::vector<std::string> options) {
    options.insert(options.begin(), "tests/unit/smtp/server.py");
    return options;
  }
  Python python_;
  std::string port_;
};

}  // namespace mail_test
