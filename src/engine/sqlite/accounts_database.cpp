#include "engine/sqlite/accounts_database.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "engine/soci/loader.hpp"
#include "engine/soci/migrations.hpp"
#include "engine/soci/store.hpp"
#include "engine/sqlite/accounts_backend.hpp"
#include "engine/sqlite/seal.hpp"
#include "engine/sqlite/sealed_files.hpp"

namespace godwit::engine::sqlite {
namespace {
// Password hashes lie in it: made for its owner alone, whatever the umask; SQLite gives its helpers the same mode.
void make_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);  // where it cannot be made, SQLite says why
}

/// What every connection must find when it opens the file.
void prepare_file(const std::string& path, const Clock& clock) {
  make_private(path);
  SociConnection connection(open_accounts(path, SociConnection::Mode::writer));
  soci::migrate(connection, clock);
}

Result<void> sync_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return fail(Code::internal, "the copy " + path + " could not be synced");
  return {};
}

class Database final : public AccountsDatabase {
 public:
  Database(std::string path, const AccountsSettings& settings, Log& log, Metrics& metrics)
      : path_(std::move(path)),
        log_(log),
        store_(connect(),
               {.readers = settings.readers,
                .writers = 1,
                .read_queue = settings.read_queue,
                .write_queue = settings.write_queue},
               log, metrics),
        loader_(connect(), log) {}

  user::Store& store() override { return store_; }
  user::BulkLoader& loader() override { return loader_; }

  Task<Result<void>> ready() override {
    co_return co_await store_.read([](user::Tables& tables) -> Result<void> {
      CHECK_OK(tables.accounts.list(UserKey{}, 1));
      return {};
    });
  }

  Result<void> check() override {
    return told([&]() -> Result<void> {
      SociConnection connection(open_accounts(path_, SociConnection::Mode::reader));
      std::string wrong;
      auto& row = connection.run("PRAGMA quick_check(5)", "t");
      while (row.next()) {
        if (row.text(0) != "ok") wrong += (wrong.empty() ? "" : "; ") + row.text(0);
      }
      auto& dangling = connection.run("PRAGMA foreign_key_check", "tntn");
      if (dangling.next())
        wrong +=
            (wrong.empty() ? "" : "; ") + std::string("rows of ") + dangling.text(0) + " refer to what is not there";
      while (dangling.next()) {
      }
      if (!wrong.empty()) return fail(Code::internal, path_ + ": " + wrong);
      return {};
    });
  }

  void stop() override { store_.stop(); }

  Result<void> back_up(const std::string& path, const std::atomic<bool>& cancelled) override {
    if (::access(path.c_str(), F_OK) == 0) return fail(Code::internal, path + " exists already");
    if (cancelled.load()) return fail(Code::unavailable, "the backup was given up");
    const auto beside = path + ".part";
    ::unlink(beside.c_str());
    make_private(beside);
    auto copied = told([&]() -> Result<void> {
      SociConnection connection(open_accounts(path_, SociConnection::Mode::reader));
      connection.execute("PRAGMA query_only=OFF");
      interrupt_when(connection.backend(), cancelled);
      connection.run("VACUUM INTO :path", "", std::string_view(beside));
      return {};
    });
    if (copied) copied = sync_file(beside);
    if (copied && ::rename(beside.c_str(), path.c_str()) != 0)
      copied = fail(Code::internal, "the copy cannot be put in place at " + path);
    if (!copied) ::unlink(beside.c_str());
    return copied;
  }

 private:
  [[nodiscard]] soci::Connect connect() const {
    return [path = path_](SociConnection::Mode mode) { return open_accounts(path, mode); };
  }

  // For people at a terminal: the reason itself, not `unavailable`.
  template <class Work>
  Result<void> told(Work work) {
    try {
      return work();
    } catch (const StoreFailure& failure) {
      (void)soci::refused(failure, log_);
      return fail(Code::internal, path_ + ": " + failure.reason);
    }
  }

  std::string path_;
  Log& log_;
  soci::SociStore store_;
  soci::SociLoader loader_;
};
}  // namespace

Result<std::unique_ptr<AccountsDatabase>> AccountsDatabase::open(const std::string& path,
                                                                 const AccountsSettings& settings, const Clock& clock,
                                                                 Log& log, Metrics& metrics) {
  watch_sealed_files();
  CHECK_OK(Seal::prepare(path));
  try {
    prepare_file(path, clock);
    return std::make_unique<Database>(path, settings, log, metrics);
  } catch (const StoreFailure& failure) {
    (void)soci::refused(failure, log);
    return fail(Code::internal, path + ": " + failure.reason);
  }
}

}  // namespace godwit::engine::sqlite
