# What `engine --version` says: the version (the last tag, v1.2.3, and how many commits ago that was; CMakeLists.txt's when there
# is none), and what a measured figure needs to be told apart by: commit, build type, compiler and flags. The commit is asked for at every build, or it would be that of the last configuration; the header
# is only touched when it changes. Given to a target as the macro ENGINE_VERSION.
if(CMAKE_SCRIPT_MODE_FILE)
  execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT commit)
    set(commit unknown)
  endif()
  execute_process(COMMAND git -C ${SOURCE} describe --tags --match v[0-9]*
                  OUTPUT_VARIABLE tagged OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(tagged MATCHES "^v(.+)")
    set(VERSION ${CMAKE_MATCH_1})
  endif()
  file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define ENGINE_VERSION \"${VERSION} (commit ${commit}, ${BUILD})\"\n")
  return()
endif()

function(target_version target)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  set(build "${CMAKE_BUILD_TYPE}, ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, flags")
  string(APPEND build " ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
  if(SANITIZE)
    string(APPEND build " -fsanitize=${SANITIZE}")
  endif()
  string(REGEX REPLACE " +" " " build "${build}")
  set(header ${CMAKE_BINARY_DIR}/generated/engine_version.h)
  add_custom_target(engine_version
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DHEADER=${header} -DVERSION=${PROJECT_VERSION}
            "-DBUILD=${build}" -P ${CMAKE_SOURCE_DIR}/.cmake/version.cmake
    BYPRODUCTS ${header} COMMENT "" VERBATIM)
  add_dependencies(${target} engine_version)
  target_compile_options(${target} PRIVATE -include ${header})
endfunction()
