# precompiled(TARGET [TESTS]): TARGET reads the standard headers (and Catch2's) from a precompiled one: without it reading them
# again and again is a fourth of a build by GCC, and half of one by clang. In the builds that .ci/run makes of everything; clang-tidy
# (./run check) reads engine, handlers, edge and bench as they are written, so that a file which lacks an include fails there, and each
# header without a source is compiled alone; a test that lacks one is only found by `cmake --workflow --preset dev`.
set(precompiled_standard <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <cstdio> <cstring> <deque> <fstream>
  <functional> <map> <memory> <mutex> <optional> <random> <set> <span> <string> <string_view> <thread> <unordered_map> <utility> <vector>)

# What the simulator runs is optimised under the address sanitizer, too (tests/CMakeLists.txt): a precompiled header of its own.
set(simulated sim_world box_saga box_runtime box_tape box_codec box_orders box_desk box_journal box_store box_recovery box_handlers)

function(precompiled target)
  if(NOT (CMAKE_BUILD_TYPE STREQUAL Release AND CMAKE_CXX_COMPILER_ID STREQUAL GNU) AND NOT SANITIZE MATCHES address)
    return()
  endif()
  if("TESTS" IN_LIST ARGN)
    set(from precompiled_for_tests)
  else()
    set(from precompiled)
  endif()
  if(SANITIZE MATCHES address AND target IN_LIST simulated)
    set(from precompiled_simulated)
  endif()
  if(NOT TARGET ${from})
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${from}.cc CONTENT "")
    add_library(${from} OBJECT ${CMAKE_BINARY_DIR}/generated/${from}.cc)
    target_link_libraries(${from} PRIVATE build_flags)
    target_precompile_headers(${from} PRIVATE ${precompiled_standard})
    if("TESTS" IN_LIST ARGN)
      target_link_libraries(${from} PRIVATE test_flags dep::catch2)
      target_precompile_headers(${from} PRIVATE ${CMAKE_SOURCE_DIR}/tests/catch.h)
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${from})
endfunction()
