#pragma once
#include <filesystem>

#include "base/random.hpp"
#include "engine/sqlite/accounts_database.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::engine::sqlite {
namespace suite = user::suite;
namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("godwit-" + SystemRandom().id(12))) { fs::create_directory(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

struct Opened {
  explicit Opened(const std::string& path)
      : database(suite::taken(AccountsDatabase::open(path, {}, clock, log, metrics))) {}
  ManualClock clock;
  Log log{-1};
  Metrics metrics;
  std::unique_ptr<AccountsDatabase> database;
};

class SqliteBed final : public suite::Bed {
 public:
  SqliteBed() { restart(); }
  user::Store& store() override { return opened_->database->store(); }
  user::BulkLoader& loader() override { return opened_->database->loader(); }
  void restart() override {
    opened_.reset();
    opened_ = std::make_unique<Opened>(folder_.file("accounts.db"));
  }

 private:
  Folder folder_;
  std::unique_ptr<Opened> opened_;
};

inline std::unique_ptr<suite::Bed> make_sqlite_bed() { return std::make_unique<SqliteBed>(); }

}  // namespace godwit::engine::sqlite
