#include "edge/participants/signature.h"

#include "tests/catch.h"

using namespace participants;

namespace {
constexpr auto secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr auto id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr auto body = R"({"test": 2432232314})";
constexpr auto signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
}  // namespace

TEST_CASE("a signature is the one that the standard's own example has") {
  Signer signer({secret});
  CHECK(signer.sign(id, 1614265330, body) == signature);
  CHECK(signer.sign(id, 1614265331, body) != signature);
  CHECK(signer.sign(id, 1614265330, body) == signature);  // begun anew each time
}

TEST_CASE("while a secret is rotated there is a signature for each") {
  const std::string newer = "whsec_" + std::string(32, 'A');
  Signer both({newer, secret});
  CHECK(both.sign(id, 1614265330, body) == Signer({newer}).sign(id, 1614265330, body) + " " + signature);
}

TEST_CASE("a secret is whsec_ and base64 of at least 24 bytes") {
  CHECK(parse_secret(secret)->size() == 24);
  CHECK(parse_secret("whsec_" + std::string(33, 'A') + "A==")->size() == 25);
  CHECK(parse_secret("whsec_" + std::string(34, 'A'))->size() == 25);  // without its padding
  for (const char* wrong :
       {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa",
        "whsec_correct horse", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwA",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw=A", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==="}) {
    INFO(wrong);
    CHECK_FALSE(parse_secret(wrong));
  }
}
