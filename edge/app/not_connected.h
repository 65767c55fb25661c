// Why a start goes no further when redis::Start::connect() has failed. Pure.
#pragma once

#include "edge/exit_code.h"
#include "edge/redis/start.h"

namespace edge {

inline Refusal not_connected(const redis::Start& redis) {
  return {redis.unfit() ? ExitCode::bad_configuration : ExitCode::service_missing, redis.error()};
}

}  // namespace edge
