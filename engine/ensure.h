// ENSURE: a bug ends the process, loudly, in every build. For what cannot happen unless the code is wrong;
// never for bad input or a failing neighbour. DEBUG_ENSURE is for hot loops and vanishes under NDEBUG. (Not
// CHECK: the tests' framework owns that word.)
#pragma once

#include <cstdio>
#include <cstdlib>

[[noreturn, gnu::cold, gnu::noinline]] inline void ensure_failed(const char* what, const char* file,
                                                                 int line) {
  std::fprintf(stderr, "%s:%d: ENSURE failed: %s\n", file, line, what);
  std::fflush(stderr);
  std::abort();
}

#define ENSURE(condition) \
  (static_cast<bool>(condition) ? void() : ensure_failed(#condition, __FILE__, __LINE__))
#if defined(NDEBUG) && (defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__))
#error \
    "the sanitizers' runs are those in which DEBUG_ENSURE holds: build them without NDEBUG (CMakePresets.json)"
#endif
#ifdef NDEBUG
#define DEBUG_ENSURE(condition) void(sizeof(static_cast<bool>(condition)))
#else
#define DEBUG_ENSURE(condition) ENSURE(condition)
#endif
