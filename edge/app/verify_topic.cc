#include "edge/app/verify_topic.h"

#include <cstdio>

#include "edge/app/settings.h"
#include "edge/verify/verify.h"
#include "engine/runtime/clock.h"

namespace edge {

ExitCode verify_topic(const Config& config, Log& log) {
  const auto refuse = [&log](const Refusal& refusal) {
    log.error("{}", refusal.text);
    return refusal.code;
  };
  const redis::UrlParse url = redis_url(config);
  if (!url.error.empty()) return refuse({ExitCode::bad_configuration, "redis.url: " + url.error});
  redis::Start redis;
  if (!redis.connect(url.url, config.redis.start_deadline))
    return refuse({redis.unfit() ? ExitCode::bad_configuration : ExitCode::service_missing, redis.error()});
  const kafka::Settings kafka = kafka_settings(config, &log);
  verify::Verify verify({.kafka = kafka,
                         .type_prefix = config.events.type_prefix,
                         .keep = config.orders.keep,
                         .now = runtime::SystemClock().now()},
                        redis);
  if (const Started refused = verify.run()) return refuse(*refused);
  std::fputs(verify.report().c_str(), stdout);
  return verify.good() ? ExitCode::drained : ExitCode::failure;
}

}  // namespace edge
