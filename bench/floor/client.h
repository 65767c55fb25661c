// One connection of the load generator: llhttp reads its requests, answers are appended and written once a turn.
// Answers leave in the order in which they are given, so whoever gives them keeps to that of the requests; the loop
// does, for the log and Redis answer in order.
//
// Thread: the loop's.
#pragma once

#include <llhttp.h>

#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace bare {

class Client {
 public:
  /// Called for each whole request.
  using OnRequest = std::function<void(Client&)>;

  Client(int descriptor, const OnRequest& on_request);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// What is there; false: it is closed.
  bool receive();
  void answer(std::string_view status, std::string_view headers, std::string_view body);
  /// As far as the socket takes it; the rest leaves when it is writable.
  void flush();

  // --- While a request is told of.
  bool is_post() const { return parser_.method == HTTP_POST; }
  std::string_view target() const { return target_; }
  /// Of its Idempotency-Key header; empty: it has none.
  std::string_view key() const { return key_; }
  /// Parse::padding bytes behind it may be read.
  std::string_view body() const { return body_; }

  int descriptor() const { return descriptor_; }

  std::size_t waiting = 0;  // requests not yet answered
  bool touched = false;     // has something to flush
  bool closed = false;

 private:
  static int on_url(llhttp_t* parser, const char* at, std::size_t size);
  static int on_header_name(llhttp_t* parser, const char* at, std::size_t size);
  static int on_header_value(llhttp_t* parser, const char* at, std::size_t size);
  static int on_header_end(llhttp_t* parser);
  static int on_body(llhttp_t* parser, const char* at, std::size_t size);
  static int on_complete(llhttp_t* parser);

  const int descriptor_;
  const OnRequest& on_request_;
  llhttp_settings_t settings_;
  llhttp_t parser_;
  std::string target_, header_, key_, body_;
  std::string out_;
  std::array<char, std::size_t{16} << 10> in_;
};

}  // namespace bare
