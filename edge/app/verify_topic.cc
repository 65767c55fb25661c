#include "edge/app/verify_topic.h"

#include <cstdio>

#include "edge/app/outcome.h"
#include "edge/app/settings.h"
#include "edge/verify/verify.h"
#include "engine/runtime/clock.h"

namespace edge {

ExitCode verify_topic(const Config& config, Log& log) {
  using Kind = engine::Setback::Kind;
  const auto refuse = [&log](const engine::Setback& setback) {
    log.error("{}", setback.text);
    return exit_code(setback.kind);
  };
  const redis::UrlParse url = redis_url(config);
  if (!url.parsed.ok()) return refuse({Kind::wrong_setting, "redis.url: " + url.parsed.error()});
  redis::Start redis;
  if (!redis.connect(url.url, config.redis.start_deadline))
    return refuse({redis.unfit() ? Kind::wrong_setting : Kind::unreachable, redis.error()});
  const kafka::Settings kafka = kafka_settings(config, &log);
  verify::Verify verify({.kafka = kafka,
                         .type_prefix = config.events.type_prefix,
                         .keep = config.orders.keep,
                         .now = runtime::SystemClock().now()},
                        redis);
  if (const auto read = verify.run(); !read.ok()) return refuse(read.error());
  std::fputs(verify.report().c_str(), stdout);
  return verify.good() ? ExitCode::drained : ExitCode::failure;
}

}  // namespace edge
