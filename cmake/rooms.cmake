# godwit_room(NAME LINK lib...): one room of the house becomes one static library of its *.cpp, and its *_test.cpp go
# into the one unit test program, its *_live_test.cpp into the one that wants live engines (tests/live), its *_suite.cpp
# (what each engine of a port is held to) into both; a main.cpp is a program's, not the
# library's. A new file needs no edit here. NESTED: those of its folders, too (rooms in it that are linked as one).
# godwit_precompiled(TARGET): its files find the standard library read already (-fPIC, as the file that is read). Not CMake's own precompiled headers: their
# absolute paths would keep ccache from knowing the same file in another clone.
option(GODWIT_PRECOMPILE "read the standard library once a build" ON)
if(GODWIT_PRECOMPILE)
  set(header ${CMAKE_SOURCE_DIR}/cmake/standard_library.hpp)
  set(compiled ${CMAKE_BINARY_DIR}/standard_library.pch)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} -fPIC -std=c++2b")
  add_custom_command(OUTPUT ${compiled} DEPENDS ${header}
    COMMAND ${CMAKE_CXX_COMPILER} ${flags} -Xclang -fno-pch-timestamp -x c++-header ${header} -o ${compiled}
    COMMAND ${CMAKE_COMMAND} -E sha256sum standard_library.hpp > ${compiled}.sum
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/cmake COMMENT "Reading the standard library" VERBATIM)
  add_custom_target(godwit_standard_library DEPENDS ${compiled})
endif()

function(godwit_precompiled target)
  if(GODWIT_PRECOMPILE)
    add_dependencies(${target} godwit_standard_library)
    target_compile_options(${target} PRIVATE -fPIC "SHELL:-include-pch standard_library.pch")
  endif()
endfunction()

set_property(GLOBAL PROPERTY GODWIT_UNIT_TESTS "")
set_property(GLOBAL PROPERTY GODWIT_LIVE_TESTS "")
set_property(GLOBAL PROPERTY GODWIT_SUITES "")
set_property(GLOBAL PROPERTY GODWIT_ROOMS "")

function(godwit_room name)
  cmake_parse_arguments(ROOM "NESTED" "" "LINK" ${ARGN})
  set(depth GLOB)
  if(ROOM_NESTED)
    set(depth GLOB_RECURSE)
  endif()
  file(${depth} sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(live ${tests})
  list(FILTER live INCLUDE REGEX "_live_test\\.cpp$")
  list(FILTER tests EXCLUDE REGEX "_live_test\\.cpp$")
  set(suites ${sources})
  list(FILTER suites INCLUDE REGEX "_suite\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_suite|/main)\\.cpp$")
  if(sources)
    add_library(godwit_${name} STATIC ${sources})
    target_link_libraries(godwit_${name} PUBLIC godwit_options ${ROOM_LINK})
    godwit_precompiled(godwit_${name})
    set_property(GLOBAL APPEND PROPERTY GODWIT_ROOMS godwit_${name})
  endif()
  set_property(GLOBAL APPEND PROPERTY GODWIT_UNIT_TESTS ${tests})
  set_property(GLOBAL APPEND PROPERTY GODWIT_LIVE_TESTS ${live})
  set_property(GLOBAL APPEND PROPERTY GODWIT_SUITES ${suites})
endfunction()
