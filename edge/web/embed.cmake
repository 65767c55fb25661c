# Run by the build as `cmake -DFROM=<folder> -DTO=<file.cc> -P embed.cmake`: the desk's files as one C++ source. What they
# name each other by, "./desk.js", gets the digest of all of them in front.
file(GLOB paths ${FROM}/*.html ${FROM}/*.css ${FROM}/*.js)
list(SORT paths)
set(all "")
foreach(path IN LISTS paths)
  file(SHA256 ${path} one)
  string(APPEND all ${one})
endforeach()
string(SHA256 digest "${all}")
string(SUBSTRING ${digest} 0 16 digest)

set(types_html "text/html; charset=utf-8")
set(types_css "text/css; charset=utf-8")
set(types_js "text/javascript; charset=utf-8")
set(rows "")
foreach(path IN LISTS paths)
  cmake_path(GET path FILENAME name)
  cmake_path(GET path EXTENSION LAST_ONLY extension)
  string(SUBSTRING ${extension} 1 -1 extension)
  file(READ ${path} text)
  if(name STREQUAL "index.html")
    set(name "")
  else()
    set(name "${digest}.${name}")
  endif()
  if(extension STREQUAL "html")
    string(REPLACE "\"./" "\"/desk/${digest}." text "${text}")
  else()
    string(REPLACE " from './" " from './${digest}." text "${text}")
  endif()
  string(SHA256 tag "${text}")
  string(SUBSTRING ${tag} 0 16 tag)
  string(APPEND rows "    {\"${name}\", \"${types_${extension}}\", \"\\\"${tag}\\\"\", R\"file(${text})file\"},\n")
endforeach()
file(WRITE ${TO} "// Made by edge/web/embed.cmake.
#include \"edge/web/files.h\"

namespace web {
namespace {

constexpr File all[]{
${rows}};

}  // namespace

std::span<const File> files() { return all; }

}  // namespace web
")
