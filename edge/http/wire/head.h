// Reads one complete head with llhttp and picks out the headers we know. It keeps nothing from one head to
// the next, so all connections share one reader. Thread: the reactor's. Bounds: none of its own; the parser
// has measured the head before.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "edge/http/wire/request.h"

namespace http {

class HeadReader {
 public:
  HeadReader();
  ~HeadReader();

  struct Body {
    bool chunked = false;
    std::uint64_t length = 0;
  };
  /// `head` with its empty line. False: refused, for reason(), with status().
  bool read(std::string_view head, Request& request, Body& body);

  int status() const { return status_; }
  const char* reason() const { return reason_; }

 private:
  struct Machine;  // llhttp's state; its header ends in head.cc

  bool refuse(int status, const char* reason);
  bool take_header();
  bool take_once(std::string_view& header);
  bool finish();
  bool split_target();

  const std::unique_ptr<Machine> machine_;
  Request* request_ = nullptr;
  Body* body_ = nullptr;
  std::string_view target_;
  std::string_view field_;
  std::string_view value_;
  std::string_view transfer_encoding_;
  std::string_view expect_;
  bool has_length_ = false;
  bool complete_ = false;
  int status_ = 0;
  const char* reason_ = "";
};

}  // namespace http
