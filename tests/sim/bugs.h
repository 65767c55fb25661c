// The classic bugs that are put in on purpose, so that the simulator can prove that it catches them: the
// tests are tested. Here there are none. sim_seeded is built from a copy of the core in which
// tests/sim/bugs/seed.py has put them in, and named them in SEEDED_BUGS.
#pragma once

#include <array>
#include <cstdint>

#define SEEDED_BUGS(X)

namespace sim {

enum class Bug : std::uint8_t {
  none,
#define SEEDED_BUG_ENUMERATOR(name) name,
  SEEDED_BUGS(SEEDED_BUG_ENUMERATOR)
#undef SEEDED_BUG_ENUMERATOR
};
inline constexpr std::array bug_names{"none",
#define SEEDED_BUG_TEXT(name) #name,
                                      SEEDED_BUGS(SEEDED_BUG_TEXT)
#undef SEEDED_BUG_TEXT
};
inline Bug seeded_bug = Bug::none;  // chosen before anything runs
inline bool chosen(Bug bug) { return seeded_bug == bug; }

}  // namespace sim
