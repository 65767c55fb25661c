#include "bench/floor/client.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>

#include "bench/floor/order.h"

namespace bare {

Client::Client(int descriptor, const OnRequest& on_request)
    : descriptor_(descriptor), on_request_(on_request) {
  llhttp_settings_init(&settings_);
  settings_.on_url = &Client::on_url;
  settings_.on_header_field = &Client::on_header_name;
  settings_.on_header_value = &Client::on_header_value;
  settings_.on_header_value_complete = &Client::on_header_end;
  settings_.on_body = &Client::on_body;
  settings_.on_message_complete = &Client::on_complete;
  llhttp_init(&parser_, HTTP_REQUEST, &settings_);
  parser_.data = this;
}

Client::~Client() { close(descriptor_); }

int Client::on_url(llhttp_t* parser, const char* at, std::size_t size) {
  static_cast<Client*>(parser->data)->target_.append(at, size);
  return 0;
}

int Client::on_header_name(llhttp_t* parser, const char* at, std::size_t size) {
  static_cast<Client*>(parser->data)->header_.append(at, size);
  return 0;
}

int Client::on_header_value(llhttp_t* parser, const char* at, std::size_t size) {
  Client& self = *static_cast<Client*>(parser->data);
  if (self.header_ == "Idempotency-Key") self.key_.append(at, size);
  return 0;
}

int Client::on_header_end(llhttp_t* parser) {
  static_cast<Client*>(parser->data)->header_.clear();
  return 0;
}

int Client::on_body(llhttp_t* parser, const char* at, std::size_t size) {
  static_cast<Client*>(parser->data)->body_.append(at, size);
  return 0;
}

int Client::on_complete(llhttp_t* parser) {
  Client& self = *static_cast<Client*>(parser->data);
  self.body_.reserve(self.body_.size() + Parse::padding);
  ++self.waiting;
  self.on_request_(self);
  self.target_.clear();
  self.key_.clear();
  self.body_.clear();
  return 0;
}

bool Client::receive() {
  for (;;) {
    const ssize_t count = read(descriptor_, in_.data(), in_.size());
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) return false;
    if (llhttp_execute(&parser_, in_.data(), static_cast<std::size_t>(count)) != HPE_OK) return false;
    if (static_cast<std::size_t>(count) < in_.size()) return true;  // edge-triggered epoll will tell of more
  }
}

void Client::answer(std::string_view status, std::string_view headers, std::string_view body) {
  --waiting;
  fmt::format_to(std::back_inserter(out_),
                 "HTTP/1.1 {}\r\nContent-Type: application/json\r\n{}Content-Length: {}\r\n\r\n{}", status,
                 headers, body.size(), body);
}

void Client::flush() {
  touched = false;
  std::size_t written = 0;
  while (written < out_.size()) {
    const ssize_t count = write(descriptor_, out_.data() + written, out_.size() - written);
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  out_.erase(0, written);
}

}  // namespace bare
