#include "edge/app/outcome.h"

namespace edge {

ExitCode exit_code(const handlers::Ending& ending) {
  return ending.drained ? ExitCode::drained : exit_code(ending.kind);
}

ExitCode exit_code(engine::Setback::Kind kind) {
  using Kind = engine::Setback::Kind;
  switch (kind) {
    case Kind::unreachable:
      return ExitCode::service_missing;
    case Kind::do_not_belong_together:
      return ExitCode::do_not_belong_together;
    case Kind::replaced:
      return ExitCode::replaced;
    case Kind::wrong_setting:
      return ExitCode::bad_configuration;
    case Kind::failed:
    case Kind::told_to_stop:
    case Kind::moved:
      break;
  }
  return ExitCode::failure;
}

}  // namespace edge
