#include "edge/redis/url.h"

#include "tests/catch.h"

using redis::parse_url;

TEST_CASE("a redis URL names host, port, database, user and password") {
  auto parse = parse_url("redis://shop:p%40ss%2Fword@redis.example:6380/3");
  REQUIRE(parse.parsed.ok());
  REQUIRE(parse.url.place == "redis.example");
  REQUIRE(parse.url.port == 6380);
  REQUIRE(parse.url.db == 3);
  REQUIRE(parse.url.user == "shop");
  REQUIRE(parse.url.password == "p@ss/word");
  REQUIRE(parse.url.shown() == "redis://redis.example:6380/3");

  parse = parse_url("redis://:secret@127.0.0.1");
  REQUIRE(parse.parsed.ok());
  REQUIRE(parse.url.user.empty());
  REQUIRE(parse.url.password == "secret");
  REQUIRE(parse.url.port == 6379);
  REQUIRE(parse.url.shown() == "redis://127.0.0.1:6379/0");

  parse = parse_url("redis://[::1]:7000/0");
  REQUIRE(parse.parsed.ok());
  REQUIRE(parse.url.place == "::1");
  REQUIRE(parse.url.port == 7000);
  REQUIRE(parse.url.shown() == "redis://[::1]:7000/0");
  REQUIRE(parse_url("redis://[::1]").url.place == "::1");
}

TEST_CASE("a unix URL names a socket and a database") {
  auto parse = parse_url("unix:///run/redis.sock?db=2");
  REQUIRE(parse.parsed.ok());
  REQUIRE(parse.url.unix_socket);
  REQUIRE(parse.url.place == "/run/redis.sock");
  REQUIRE(parse.url.db == 2);

  parse = parse_url("unix://:secret@/run/we@ird.sock");
  REQUIRE(parse.parsed.ok());
  REQUIRE(parse.url.place == "/run/we@ird.sock");
  REQUIRE(parse.url.password == "secret");
  REQUIRE(parse.url.shown() == "unix:///run/we@ird.sock");
}

TEST_CASE("the password may stand beside the URL, with or without a user in it, but not twice") {
  auto parse = parse_url("redis://engine@redis:6379/0", "p@ss/word");
  REQUIRE(parse.parsed.ok());
  REQUIRE(parse.url.user == "engine");
  REQUIRE(parse.url.password == "p@ss/word");

  parse = parse_url("unix://engine@/run/redis.sock", "secret");
  REQUIRE(parse.parsed.ok());
  REQUIRE(parse.url.user == "engine");
  REQUIRE(parse.url.place == "/run/redis.sock");
  REQUIRE(parse_url("redis://redis", "secret").url.password == "secret");
  REQUIRE(parse_url("redis://@redis").parsed.ok());

  REQUIRE(parse_url("redis://engine@redis").parsed.error().find("redis.password") != std::string::npos);
  REQUIRE(parse_url("redis://engine:@redis").parsed.error().find("redis.password") != std::string::npos);
  parse = parse_url("redis://:hidden@redis", "hidden too");
  REQUIRE(parse.parsed.error().find("remove either") != std::string::npos);
  REQUIRE(parse.parsed.error().find("hidden") == std::string::npos);
}

TEST_CASE("what is no URL is refused with a reason that does not show the password") {
  const std::string long_path = "unix:///" + std::string(200, 'x');
  for (const std::string& text : {std::string("redis:6379"),
                                  std::string("http://host"),
                                  std::string("rediss://host"),
                                  std::string("redis://"),
                                  std::string("redis://:hidden@"),
                                  std::string("redis://host:0"),
                                  std::string("redis://host:65536"),
                                  std::string("redis://host:12x"),
                                  std::string("redis://host/x"),
                                  std::string("redis://user@host"),
                                  std::string("redis://u:hidden%zz@host"),
                                  std::string("redis://u:hidden%4@host"),
                                  std::string("unix://relative"),
                                  std::string("unix:///"),
                                  std::string("redis://host/70000"),
                                  std::string("redis://host/-0"),
                                  std::string("redis://[::1/0"),
                                  std::string("redis://::1]/0"),
                                  std::string("redis://::1/0"),
                                  std::string("redis://[::1]x:6379"),
                                  std::string("redis://[host]:6379"),
                                  std::string("redis://ho st"),
                                  std::string("redis://host\0x", 14),
                                  std::string("redis://host:6379/0?x=1"),
                                  std::string("unix:///s?db=x"),
                                  std::string("unix:///s?db=70000"),
                                  std::string("unix:///run/s\0x", 15),
                                  std::string("unix:///run/s?x=1"),
                                  std::string("unix:///run/s?db=-1"),
                                  long_path}) {
    CAPTURE(text);
    const auto parse = parse_url(text);
    REQUIRE_FALSE(parse.parsed.ok());
    REQUIRE(parse.parsed.error().find("hidden") == std::string::npos);
  }
}
