#include "engine/saga/email.h"

#include <string>

#include "tests/catch.h"

using saga::valid_email;

TEST_CASE("plain addresses are accepted") {
  for (const char* address : {
           "you@example.com",
           "a@b.co",
           "first.last+tag@sub.example.co.uk",
           "!#$%&'*+-/=?^_`{|}~@example.com",
           "1@1.example",
           "UPPER@EXAMPLE.COM",
           "x@xn--bcher-kva.example",
           "x@a-b.3com.org",
           "\"a..b\"@docomo.example",
           "\"you\"@example.com",
           "\".a.\"@example.com",
           "\"john doe\"@example.com",
           "\"a@b, c; d\"@example.com",
           R"("a\"b\\"@example.com)",
       }) {
    INFO(address);
    CHECK(valid_email(address));
  }
}

TEST_CASE("everything else is refused") {
  for (const std::string_view address : std::initializer_list<std::string_view>{
           "",
           "@",
           "you",
           "you@",
           "@example.com",
           "you@example",
           "you@localhost",
           "you@127.0.0.1",
           "you@[127.0.0.1]",
           "you@example.com.",
           "you@.example.com",
           "you@example..com",
           ".you@example.com",
           "you.@example.com",
           "y..ou@example.com",
           "you@-example.com",
           "you@example-.com",
           "you@exam_ple.com",
           "a@b@example.com",
           "\"\"@example.com",
           "\"you@example.com",
           "you\"@example.com",
           "\"a\"b\"@example.com",
           "\"a\".b@example.com",
           "\"a\\\"@example.com",
           "\"a\\b\"@example.com",
           "\"a>b\"@example.com",
           "\"a<b\"@example.com",
           "\"a\r\nb\"@example.com",
           "\"a\tb\"@example.com",
           "\"a\x7f\"@example.com",
           "\"\xc3\xb6\"@example.com",
           "\"a@b\"",
           "you(comment)@example.com",
           "You <you@example.com>",
           "<you@example.com>",
           "you@example.com,me@example.com",
           "you @example.com",
           " you@example.com",
           "you@example.com ",
           "you@example.com\r\nBcc: me@example.com",
           "you\n@example.com",
           "you\\@example.com",
           "y\xc3\xb6u@example.com",
           "you@b\xc3\xbc"
           "cher.example",
           {"you\0@example.com", 16},
           {"you@example.com\0", 16},
       }) {
    INFO(std::string(address));
    CHECK_FALSE(valid_email(address));
  }
}

TEST_CASE("the lengths of RFC 5321 are the limits") {
  const std::string local(64, 'l');
  const std::string label(63, 'd');
  CHECK(valid_email(local + "@example.com"));
  CHECK_FALSE(valid_email(local + "l@example.com"));
  CHECK(valid_email("x@" + label + ".com"));
  CHECK_FALSE(valid_email("x@" + label + "d.com"));
  const std::string domain = label + "." + label + "." + std::string(57, 'd') + ".com";  // 189 bytes
  CHECK((local + "@" + domain).size() == 254);
  CHECK(valid_email(local + "@" + domain));
  CHECK_FALSE(valid_email(local + "@d" + domain));
  const std::string long_domain = label + "." + label + "." + label + "." + std::string(57, 'd') + ".com";
  CHECK(long_domain.size() == 253);
  CHECK_FALSE(valid_email("x@" + long_domain));  // 255 with its local part
}
