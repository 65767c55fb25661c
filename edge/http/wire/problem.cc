#include "edge/http/wire/problem.h"

#include <utility>

#include "engine/saga/json.h"

namespace http {
namespace {

void append_member(std::string_view key, std::string_view text, std::string& out) {
  out += ",\"";
  out += key;
  out += "\":\"";
  append_escaped(text, out);
  out += '"';
}

}  // namespace

Problem malformed(std::string detail, std::string pointer) {
  return {.status = 400,
          .detail = std::move(detail),
          .pointer = std::move(pointer),
          .title = "The body is not valid JSON"};
}

Problem wrong_field(std::string pointer, std::string detail) {
  return {.status = 422, .detail = std::move(detail), .pointer = std::move(pointer)};
}

void append_escaped(std::string_view text, std::string& out) {
  const std::size_t begin = out.size();
  out.resize(begin + saga::json::escaped_max(text.size()));
  const char* const end = saga::json::escape(out.data() + begin, text);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

std::string_view phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Internal Server Error";
  }
}

void render(const Problem& problem, std::string& out) {
  out += R"({"type":")";
  append_escaped(problem.type, out);
  out += '"';
  append_member("title", problem.title.empty() ? phrase(problem.status) : problem.title, out);
  out += R"(,"status":)";
  out += std::to_string(problem.status);
  if (!problem.detail.empty()) append_member("detail", problem.detail, out);
  if (!problem.pointer.empty()) append_member("pointer", problem.pointer, out);
  if (!problem.order_id.empty()) append_member("orderId", problem.order_id, out);
  if (!problem.errors.empty()) {
    out += R"(,"errors":[)";
    for (const Problem::Field& field : problem.errors) {
      out += R"({"detail":")";
      append_escaped(field.detail, out);
      out += '"';
      append_member("pointer", field.pointer, out);
      out += "},";
    }
    out.back() = ']';
  }
  out += '}';
}

}  // namespace http
