#include "edge/smtp/mime.h"

#include "tests/catch.h"

namespace {

std::string printable(std::string_view text) {
  std::string out;
  smtp::mime::append_quoted_printable(out, text);
  return out;
}
std::string date(std::int64_t seconds) {
  std::string out;
  smtp::mime::append_date(out, engine::Time{seconds * 1'000'000'000 + 999'999'999});
  return out;
}

}  // namespace

TEST_CASE("quoted-printable keeps what it can and encodes the rest") {
  CHECK(printable("") == "");
  CHECK(printable("plain\n") == "plain\r\n");
  CHECK(printable("no end") == "no end\r\n");
  CHECK(printable("a=b\n\n\xc3\xa9\x7f\n") == "a=3Db\r\n\r\n=C3=A9=7F\r\n");
  CHECK(printable("blank \ntab\t\n a b\n") == "blank=20\r\ntab=09\r\n a b\r\n");
  CHECK(printable("a\rb\n") == "a=0Db\r\n");
}

TEST_CASE("a line of quoted-printable has at most 76 bytes and is not broken when it fits") {
  const std::string fits(76, 'x');
  CHECK(printable(fits) == fits + "\r\n");
  CHECK(printable(fits + "y") == std::string(75, 'x') + "=\r\nxy\r\n");
  const std::string x73(73, 'x');
  CHECK(printable(x73 + "=") == x73 + "=3D\r\n");
  CHECK(printable(x73 + "==") == x73 + "=\r\n=3D=3D\r\n");
}

TEST_CASE("dates as RFC 5322 has them, seconds cut") {
  CHECK(date(0) == "Thu, 01 Jan 1970 00:00:00 +0000");
  CHECK(date(951'782'400) == "Tue, 29 Feb 2000 00:00:00 +0000");
  CHECK(date(1'767'323'045) == "Fri, 02 Jan 2026 03:04:05 +0000");
  CHECK(date(4'102'444'799) == "Thu, 31 Dec 2099 23:59:59 +0000");
}
