#include "engine/sqlite/archive_engine.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "archive/archive_store_suite.hpp"
#include "engine/sqlite/archive_scratch.hpp"

namespace godwit::engine::sqlite {

TEST_CASE("the archive in SQLite keeps the port's contract") {
  archive::suite::archive_store_suite([] { return ScratchArchive(); });
}

}  // namespace godwit::engine::sqlite
