# Every library godwit links, in one place. Each has its line in docs/adr/0003-libraries.md.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(ncursesw REQUIRED IMPORTED_TARGET ncursesw)
find_library(ROCKSDB_LIBRARY rocksdb REQUIRED)
find_library(SOCI_CORE_LIBRARY soci_core REQUIRED)
find_library(SOCI_SQLITE3_LIBRARY soci_sqlite3 REQUIRED)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(godwit_options INTERFACE)
target_compile_options(godwit_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wconversion
  -Wno-sign-conversion -Wno-missing-designated-field-initializers -Werror=return-type -Werror=uninitialized)
target_compile_definitions(godwit_options INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)
target_include_directories(godwit_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(godwit_options INTERFACE Threads::Threads)
