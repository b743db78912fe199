#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "engine/rocksdb/database.hpp"

/// For tests: a database in a directory of its own that goes with it.
namespace godwit::rocks::testing {

class Directory {
 public:
  Directory() : path_(make()) {}
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  static std::filesystem::path make() {
    auto name = (std::filesystem::temp_directory_path() / "godwit-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  std::filesystem::path path_;
};

/// A log that nobody reads.
class Silence {
 public:
  ~Silence() { ::close(fd_); }
  Log& log() { return log_; }

 private:
  int fd_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  Log log_{fd_};
};

class Opened {
 public:
  explicit Opened(Settings settings = {}, ::rocksdb::Env* env = nullptr) : settings_(settings), env_(env) { open(); }

  Result<void> try_open() {
    database_.reset();
    auto opened = Database::open(directory_.path() / "messages", settings_, clock, silence_.log(), metrics_, env_);
    if (!opened) return std::unexpected(opened.error());
    database_ = std::move(*opened);
    return {};
  }
  void open() {
    if (auto opened = try_open(); !opened) throw std::runtime_error(opened.error().detail);
  }
  void close() { database_.reset(); }
  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "messages"; }
  Log& log() { return silence_.log(); }

  ManualClock clock;

 private:
  Directory directory_;
  Silence silence_;
  Metrics metrics_;
  Settings settings_;
  ::rocksdb::Env* env_;
  std::unique_ptr<Database> database_;
};

}  // namespace godwit::rocks::testing
