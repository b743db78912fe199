# godwit_room(NAME LINK lib...): one room of the house becomes one static library of its *.cpp, and its *_test.cpp go
# into the one unit test program; a main.cpp is a program's, not the library's. A new file needs no edit here.
set_property(GLOBAL PROPERTY GODWIT_UNIT_TESTS "")
set_property(GLOBAL PROPERTY GODWIT_ROOMS "")

function(godwit_room name)
  cmake_parse_arguments(ROOM "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  if(sources)
    add_library(godwit_${name} STATIC ${sources})
    target_link_libraries(godwit_${name} PUBLIC godwit_options ${ROOM_LINK})
    set_property(GLOBAL APPEND PROPERTY GODWIT_ROOMS godwit_${name})
  endif()
  set_property(GLOBAL APPEND PROPERTY GODWIT_UNIT_TESTS ${tests})
endfunction()
