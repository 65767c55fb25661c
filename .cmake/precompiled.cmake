# precompiled(TARGET [TESTS]): TARGET reads the standard headers (and Catch2's) from a precompiled one: without it reading them
# again and again is a fourth of a build by GCC. Release only. The build of ./run check reads every header where it is written, so
# that a file which lacks an include fails there.
set(precompiled_standard <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <cstdio> <cstring> <deque> <fstream>
  <functional> <map> <memory> <mutex> <optional> <random> <set> <span> <string> <string_view> <thread> <unordered_map> <utility> <vector>)

function(precompiled target)
  if(NOT CMAKE_BUILD_TYPE STREQUAL Release OR NOT CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    return()
  endif()
  if("TESTS" IN_LIST ARGN)
    set(from precompiled_for_tests)
  else()
    set(from precompiled)
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
