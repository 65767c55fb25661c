// `engine --try-participant URL`: the secret, the order and the certificates from where the command line says,
// the trial itself (edge/try_participant), and its table.
//
// Thread: main's.
#pragma once

#include "edge/command_line.h"
#include "edge/exit_code.h"

namespace edge {

/// Prints what it has found: drained if all of it holds, failure if not, usage if it could not be tried.
ExitCode try_participant(const CommandLine& line);

}  // namespace edge
