# The language, the warnings and the sanitizers: one interface target, `build_flags`, that every box links.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
find_package(Threads REQUIRED)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  # What it asks of who uses precompiled headers; no source here has __TIME__ in it.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

set(SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")

add_library(build_flags INTERFACE)
target_link_libraries(build_flags INTERFACE Threads::Threads)
target_include_directories(build_flags INTERFACE ${CMAKE_SOURCE_DIR})
# Some libraries ask for it; a precompiled header is read only by who has the same.
target_compile_definitions(build_flags INTERFACE _FILE_OFFSET_BITS=64)
target_compile_options(build_flags INTERFACE
  -Werror -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wundef
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wreserved-identifier>
  # GCC 12 sees overflows in its own std::string that are not there (PR 105651, 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow -Wno-array-bounds>)
if(SANITIZE)
  target_compile_options(build_flags INTERFACE -fsanitize=${SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(build_flags INTERFACE -fsanitize=${SANITIZE})
  if(SANITIZE STREQUAL thread)
    # moodycamel's queue has fences, which the sanitizer does not model; see tests/stress/tsan.supp.
    target_compile_options(build_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
endif()
