// How the process ends, by how the life of its engine ended (handlers/life_cycle.h). Pure.
#pragma once

#include "edge/exit_code.h"
#include "handlers/life_cycle.h"

namespace edge {

ExitCode exit_code(const handlers::Ending& ending);
/// Of what went no further.
ExitCode exit_code(engine::Setback::Kind kind);

}  // namespace edge
