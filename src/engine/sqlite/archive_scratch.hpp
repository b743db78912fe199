#pragma once
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/sqlite/archive_engine.hpp"

namespace godwit::engine::sqlite {

/// For tests: an archive in a folder of its own, which goes with it.
class ScratchArchive {
 public:
  ScratchArchive() {
    auto name = (std::filesystem::temp_directory_path() / "godwit-archive-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    reopen();
  }
  ScratchArchive(const ScratchArchive&) = delete;
  ScratchArchive& operator=(const ScratchArchive&) = delete;
  ~ScratchArchive() {
    archive_.reset();
    std::filesystem::remove_all(folder_);
  }

  void close() { archive_.reset(); }
  void reopen() {
    archive_.reset();
    auto opened = SqliteArchive::open({.path = path()}, log_);
    REQUIRE_MESSAGE(opened.has_value(), opened.error().detail);
    archive_ = std::move(*opened);
  }
  [[nodiscard]] std::string path() const { return (folder_ / "archive.db").string(); }
  [[nodiscard]] Log& log() { return log_; }
  SqliteArchive& operator*() { return *archive_; }
  SqliteArchive* operator->() { return archive_.get(); }

 private:
  Log log_{-1};
  std::filesystem::path folder_;
  std::unique_ptr<SqliteArchive> archive_;
};

}  // namespace godwit::engine::sqlite
