#include "engine/sqlite/accounts_backend.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>  // puts sqlite3.h into its namespace sqlite_api

namespace godwit::engine::sqlite {
namespace {
using soci::FailureKind;

FailureKind kind_of(int code, std::string_view reason) {
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return reason.contains("UNIQUE constraint failed: ") ? FailureKind::duplicate : FailureKind::constraint;
    case SQLITE_FULL: return FailureKind::full;
    case SQLITE_IOERR: return FailureKind::io;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return FailureKind::damaged;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return FailureKind::busy;
    case SQLITE_READONLY: return FailureKind::read_only;
    default: return FailureKind::failed;
  }
}
StoreFailure failure(int code, std::string reason) {
  const auto kind = kind_of(code, reason);
  return {.kind = kind, .code = code, .reason = std::move(reason)};
}

/// SOCI's what() repeats the bound values, among them password hashes: what went wrong alone is passed on.
StoreFailure translated(const ::soci::soci_error& error) {
  const auto* own = dynamic_cast<const ::soci::sqlite3_soci_error*>(&error);
  return failure(own != nullptr ? own->result() : SQLITE_ERROR, error.get_error_message());
}

class SqliteBackend final : public soci::Backend {
 public:
  explicit SqliteBackend(const std::string& path) : session_(::soci::sqlite3, "dbname=\"" + path + "\" timeout=10") {}

  ::soci::session& session() noexcept override { return session_; }
  [[nodiscard]] const soci::Dialect& dialect() const noexcept override { return soci::sqlite_dialect(); }

  void execute(const std::string& sql) override {
    char* reason = nullptr;
    const int code = sqlite_api::sqlite3_exec(native(), sql.c_str(), nullptr, nullptr, &reason);
    if (code == SQLITE_OK) return;
    auto failed = failure(code, reason != nullptr ? reason : sqlite_api::sqlite3_errstr(code));
    sqlite_api::sqlite3_free(reason);
    throw failed;
  }

  bool roll_back() noexcept override {
    if (sqlite_api::sqlite3_get_autocommit(native()) == 0)
      sqlite_api::sqlite3_exec(native(), "ROLLBACK", nullptr, nullptr, nullptr);
    return true;
  }

  void set_synced(bool synced) override { execute(synced ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"); }

  [[nodiscard]] StoreFailure failure_of(const ::soci::soci_error& error) const override { return translated(error); }

  // The library hides this class's type information, which UBSan's check of the cast would need.
  [[nodiscard]] [[clang::no_sanitize("vptr")]] sqlite_api::sqlite3* native() {
    return static_cast<::soci::sqlite3_session_backend*>(session_.get_backend())->conn_;
  }

 private:
  ::soci::session session_;
};
}  // namespace

std::unique_ptr<soci::Backend> open_accounts(const std::string& path, SociConnection::Mode mode) {
  try {
    auto backend = std::make_unique<SqliteBackend>(path);
    backend->execute("PRAGMA foreign_keys=ON");
    backend->execute("PRAGMA cache_size=-2048");
    backend->execute("PRAGMA temp_store=MEMORY");
    if (mode == SociConnection::Mode::writer) {
      backend->execute("PRAGMA journal_mode=WAL");
      backend->execute("PRAGMA synchronous=FULL");
    } else {
      backend->execute("PRAGMA query_only=ON");
    }
    return backend;
  } catch (const ::soci::soci_error& error) {
    throw translated(error);
  }
}

void interrupt_when(soci::Backend& backend, const std::atomic<bool>& flag) {
  constexpr int kInstructions = 100;
  const auto look = [](void* seen) { return static_cast<const std::atomic<bool>*>(seen)->load() ? 1 : 0; };
  sqlite_api::sqlite3_progress_handler(static_cast<SqliteBackend&>(backend).native(), kInstructions, look,
                                       const_cast<std::atomic<bool>*>(&flag));
}

}  // namespace godwit::engine::sqlite
