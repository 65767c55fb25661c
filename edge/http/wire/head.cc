#include "edge/http/wire/head.h"

#include <llhttp.h>

#include <algorithm>
#include <array>

#include "edge/http/wire/limits.h"
#include "edge/http/wire/origin.h"
#include "edge/http/wire/text.h"

namespace http {
namespace {

/// Views of one head, given piece by piece, follow each other in memory.
void extend(std::string_view& text, const char* at, std::size_t size) {
  text =
      text.data() == nullptr ? std::string_view{at, size} : std::string_view{text.data(), text.size() + size};
}

constexpr const char* only_versions = "this server speaks HTTP/1.1 and HTTP/1.0";

/// A Content-Encoding that leaves the body as it is.
bool plain(std::string_view codings) {
  while (!codings.empty()) {
    const std::string_view coding = next_element(codings);
    if (!coding.empty() && !equal_ignoring_case(coding, "identity")) return false;
  }
  return true;
}

/// Those of RFC 9110, and PATCH.
bool plain_method(std::string_view method) {
  static constexpr std::array<std::string_view, 9> all{"POST",   "GET",     "PUT",   "HEAD", "OPTIONS",
                                                       "DELETE", "CONNECT", "TRACE", "PATCH"};
  return std::find(all.begin(), all.end(), method) != all.end();
}

Method method_of(std::uint8_t method) {
  switch (method) {
    case HTTP_GET:
      return Method::get;
    case HTTP_HEAD:
      return Method::head;
    case HTTP_POST:
      return Method::post;
    case HTTP_PUT:
      return Method::put;
    case HTTP_DELETE:
      return Method::del;
    case HTTP_OPTIONS:
      return Method::options;
    default:
      return Method::other;
  }
}

}  // namespace

struct HeadReader::Machine {
  explicit Machine(HeadReader& head) {
    llhttp_settings_init(&settings);
    settings.on_url = on_target;
    settings.on_header_field = on_field;
    settings.on_header_value = on_value;
    settings.on_header_value_complete = on_value_complete;
    settings.on_headers_complete = on_headers_complete;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    parser.data = &head;
  }

  static HeadReader& self(llhttp_t* parser) { return *static_cast<HeadReader*>(parser->data); }

  static int on_target(llhttp_t* parser, const char* at, std::size_t size) {
    extend(self(parser).target_, at, size);
    return 0;
  }
  static int on_field(llhttp_t* parser, const char* at, std::size_t size) {
    extend(self(parser).field_, at, size);
    return 0;
  }
  static int on_value(llhttp_t* parser, const char* at, std::size_t size) {
    extend(self(parser).value_, at, size);
    return 0;
  }
  static int on_value_complete(llhttp_t* parser) {
    HeadReader& head = self(parser);
    const bool taken = head.take_header();
    head.field_ = head.value_ = {};
    return taken ? 0 : -1;
  }
  static int on_headers_complete(llhttp_t* parser) { return self(parser).finish() ? 0 : -1; }

  llhttp_settings_t settings{};
  llhttp_t parser{};
};

HeadReader::HeadReader() : machine_(std::make_unique<Machine>(*this)) {}
HeadReader::~HeadReader() = default;

bool HeadReader::read(std::string_view head, Request& request, Body& body) {
  request_ = &request;
  body_ = &body;
  target_ = field_ = value_ = transfer_encoding_ = expect_ = {};
  has_length_ = complete_ = false;
  status_ = 0;
  llhttp_t& parser = machine_->parser;
  llhttp_reset(&parser);
  const std::string_view method = head.substr(0, head.find(' '));
  const bool foreign = token(method) && !plain_method(method);
  llhttp_errno_t error = HPE_OK;
  if (foreign) {  // a method that the library does not know, or has for another protocol, is no malformed head
    error = llhttp_execute(&parser, "POST", 4);
    head.remove_prefix(method.size());
  }
  if (error == HPE_OK) error = llhttp_execute(&parser, head.data(), head.size());
  if (foreign) request.method = Method::other;
  // An upgrade is not taken up (RFC 9110 section 7.8 lets us ignore it): the request counts as it is.
  if (complete_ && (error == HPE_OK || error == HPE_PAUSED_UPGRADE)) return true;
  if (error == HPE_INVALID_VERSION) return refuse(505, only_versions);
  if (status_ == 0) return refuse(400, "the request's head is malformed");
  return false;
}

bool HeadReader::refuse(int status, const char* reason) {
  status_ = status;
  reason_ = reason;
  return false;
}

bool HeadReader::take_once(std::string_view& header) {
  if (present(header)) return refuse(400, "a header that may come once came twice");
  header = trim(value_);
  if (header.data() == nullptr) header = "";  // there, but empty
  return true;
}

bool HeadReader::take_header() {
  switch (field_.size()) {
    case 4:
      return equal_ignoring_case(field_, "host") ? take_once(request_->host) : true;
    case 6:
      if (equal_ignoring_case(field_, "expect")) return take_once(expect_);
      if (equal_ignoring_case(field_, "origin")) return take_once(request_->origin);
      if (equal_ignoring_case(field_, "prefer")) request_->prefer.add(trim(value_));
      return true;
    case 8:
      if (equal_ignoring_case(field_, "if-match")) request_->if_match.add(trim(value_));
      return true;
    case 11:
      if (equal_ignoring_case(field_, "traceparent"))
        request_->traceparent = present(request_->traceparent) || value_.empty() ? "" : trim(value_);
      return true;
    case 12:
      return equal_ignoring_case(field_, "content-type") ? take_once(request_->content_type) : true;
    case 13:
      if (equal_ignoring_case(field_, "authorization")) return take_once(request_->authorization);
      if (equal_ignoring_case(field_, "if-none-match")) request_->if_none_match.add(trim(value_));
      if (equal_ignoring_case(field_, "last-event-id")) return take_once(request_->last_event_id);
      return true;
    case 14:
      if (equal_ignoring_case(field_, "sec-fetch-site")) return take_once(request_->fetch_site);
      if (!equal_ignoring_case(field_, "content-length")) return true;
      if (has_length_) return refuse(400, "two Content-Lengths");
      has_length_ = true;
      return true;
    case 15:
      return equal_ignoring_case(field_, "idempotency-key") ? take_once(request_->idempotency_key) : true;
    case 16:
      if (equal_ignoring_case(field_, "content-encoding") && !plain(value_)) request_->encoded = true;
      return true;
    case 17:
      return equal_ignoring_case(field_, "transfer-encoding") ? take_once(transfer_encoding_) : true;
    default:
      return true;
  }
}

bool HeadReader::finish() {
  const llhttp_t& parser = machine_->parser;
  if (parser.http_major != 1 || parser.http_minor > 1) return refuse(505, only_versions);
  const bool modern = parser.http_minor == 1;
  request_->old = !modern;
  if (modern && !present(request_->host)) return refuse(400, "HTTP/1.1 needs a Host");
  if (present(transfer_encoding_)) {
    if (has_length_) return refuse(400, "Transfer-Encoding together with Content-Length");
    if (!modern) return refuse(400, "Transfer-Encoding in HTTP/1.0");
    if (!equal_ignoring_case(transfer_encoding_, "chunked"))
      return refuse(501, "the only transfer coding here is chunked");
    body_->chunked = true;
  }
  if (has_length_) body_->length = parser.content_length;
  if (present(expect_)) {
    if (!equal_ignoring_case(expect_, "100-continue"))
      return refuse(417, "the only expectation here is 100-continue");
    request_->expects_continue = modern;
  }
  const unsigned flags = parser.flags;
  request_->keep_alive =
      (flags & F_CONNECTION_CLOSE) == 0 && (modern || (flags & F_CONNECTION_KEEP_ALIVE) != 0);
  request_->method = method_of(parser.method);
  complete_ = split_target();
  return complete_;
}

bool HeadReader::split_target() {
  if (target_.size() > limits::target_bytes) return refuse(414, "the request's target is too long");
  std::string_view target = target_;
  if (const std::size_t scheme = target.find("://");
      !target.starts_with('/') && scheme != std::string_view::npos) {
    const std::size_t path = target.find('/', scheme + 3);  // the absolute form, which proxies use
    request_->host = target.substr(scheme + 3, path == std::string_view::npos ? path : path - scheme - 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  const std::size_t mark = target.find('?');
  request_->path = target.substr(0, mark);
  request_->query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  if (present(request_->host) && !valid_authority(request_->host)) return refuse(400, "the Host is none");
  return true;
}

}  // namespace http
