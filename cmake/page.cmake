# The page in the binary (ADR 0016): what lies in build/page when the program is built becomes godwit_page, a library of
# one generated file. It is looked at in every build, because a page may come, change or go without CMake noticing.
set(GODWIT_PAGE_DIR "${CMAKE_SOURCE_DIR}/build/page" CACHE PATH "the built page (npm run build -w web)")
set(page_table "${CMAKE_BINARY_DIR}/page/embedded_page.cpp")

add_custom_target(godwit_page_table
  COMMAND ${CMAKE_COMMAND} -D "page=${GODWIT_PAGE_DIR}" -D "table=${page_table}"
    -P ${CMAKE_SOURCE_DIR}/cmake/embed_page.cmake
  BYPRODUCTS ${page_table} COMMENT "Looking for the page" VERBATIM)

add_library(godwit_page STATIC ${page_table})
add_dependencies(godwit_page godwit_page_table)
target_link_libraries(godwit_page PRIVATE godwit_options)
