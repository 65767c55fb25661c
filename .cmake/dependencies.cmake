# Every library is a distribution package, found by find_package or pkg-config and given a name `dep::…`.
# Both Debian 12 and 13 are accepted: Catch2 v2 or v3, hiredis 0.14 or 1.x, llhttp as sources or as a library.
find_package(PkgConfig REQUIRED)

function(dep_from_pkgconfig name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(dep::${name} ALIAS PkgConfig::${name})
endfunction()

dep_from_pkgconfig(rdkafka rdkafka)
dep_from_pkgconfig(hiredis hiredis)
dep_from_pkgconfig(simdjson simdjson)
dep_from_pkgconfig(curl libcurl)
dep_from_pkgconfig(crypto libcrypto)
dep_from_pkgconfig(idn2 libidn2)
dep_from_pkgconfig(fmt fmt)
dep_from_pkgconfig(spdlog spdlog)
dep_from_pkgconfig(tomlplusplus tomlplusplus)

# Header only, without a pkg-config file of their own everywhere.
function(dep_from_header name header)
  find_path(${name}_INCLUDE ${header} REQUIRED)
  add_library(dep_${name} INTERFACE)
  add_library(dep::${name} ALIAS dep_${name})
endfunction()
# Debian 12 has it in one folder, 13 in a folder below that.
find_path(concurrentqueue_INCLUDE concurrentqueue.h REQUIRED PATH_SUFFIXES concurrentqueue concurrentqueue/moodycamel)
add_library(dep_concurrentqueue INTERFACE)
target_include_directories(dep_concurrentqueue SYSTEM INTERFACE ${concurrentqueue_INCLUDE})
add_library(dep::concurrentqueue ALIAS dep_concurrentqueue)
dep_from_header(cli11 CLI/CLI.hpp)

# Debian 13 ships libllhttp; Debian 12 ships llhttp's generated C sources with node-llhttp.
find_library(llhttp_LIBRARY llhttp)
if(llhttp_LIBRARY)
  find_path(llhttp_INCLUDE llhttp.h REQUIRED)
  add_library(dep_llhttp INTERFACE)
  target_link_libraries(dep_llhttp INTERFACE ${llhttp_LIBRARY})
  target_include_directories(dep_llhttp SYSTEM INTERFACE ${llhttp_INCLUDE})
else()
  find_path(llhttp_SOURCES llhttp.c PATHS /usr/share/llhttp REQUIRED)
  find_path(llhttp_INCLUDE llhttp.h PATHS /usr/share/include/llhttp REQUIRED)
  add_library(dep_llhttp STATIC ${llhttp_SOURCES}/api.c ${llhttp_SOURCES}/http.c ${llhttp_SOURCES}/llhttp.c)
  target_include_directories(dep_llhttp SYSTEM PUBLIC ${llhttp_INCLUDE})
  target_compile_options(dep_llhttp PRIVATE -w -O2)
endif()
add_library(dep::llhttp ALIAS dep_llhttp)

# A memory allocator in place of the C library's; Debian ships it as a shared library only.
find_library(mimalloc_LIBRARY mimalloc REQUIRED)
add_library(dep_mimalloc INTERFACE)
add_library(dep::mimalloc ALIAS dep_mimalloc)
target_link_libraries(dep_mimalloc INTERFACE ${mimalloc_LIBRARY})

find_package(benchmark REQUIRED)
add_library(dep::benchmark ALIAS benchmark::benchmark)

# Catch2: `dep::catch2` brings main(); tests include "tests/catch.h", which picks the header of either version.
find_package(Catch2 QUIET)
if(TARGET Catch2::Catch2WithMain)
  add_library(dep::catch2 ALIAS Catch2::Catch2WithMain)
else()
  find_path(catch2_INCLUDE catch2/catch.hpp REQUIRED)
  add_library(dep_catch2 STATIC ${CMAKE_SOURCE_DIR}/tests/catch_main.cc)
  target_include_directories(dep_catch2 PUBLIC ${CMAKE_SOURCE_DIR})
  add_library(dep::catch2 ALIAS dep_catch2)
endif()
