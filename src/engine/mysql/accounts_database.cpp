#include "engine/mysql/accounts_database.hpp"

#include "engine/mysql/accounts_backend.hpp"
#include "engine/soci/loader.hpp"
#include "engine/soci/migrations.hpp"
#include "engine/soci/store.hpp"
#include "user/store/account_store.hpp"

namespace godwit::mysql {
namespace {
using engine::soci::FailureKind;
using engine::soci::SociConnection;
using engine::soci::StoreFailure;

constexpr std::chrono::seconds kPatience{60}, kLongWork{600};

/// For what takes long: changes of tables, loads.
Settings patient(Settings settings) {
  settings.answer_timeout = std::max(settings.answer_timeout, kLongWork);
  return settings;
}

/// The name is this database's alone on the server, and ends with the connection, as a change of tables does.
void be_the_only_one(SociConnection& connection) {
  auto& row = connection.run(
      "SELECT COALESCE(GET_LOCK(CONCAT('godwit accounts ', LEFT(SHA2(DATABASE(), 256), 40)), :seconds), 0)", "n",
      kPatience.count());
  bool mine = false;
  while (row.next()) mine = row.number(0) == 1;
  if (!mine) throw StoreFailure{.kind = FailureKind::busy, .reason = "another process is changing the tables"};
}

void make_tables(const Settings& server, const Clock& clock) {
  SociConnection connection(AccountsDoor(patient(server)).open(SociConnection::Mode::writer));
  be_the_only_one(connection);
  engine::soci::SociLocks::make(connection);
  engine::soci::migrate(connection, clock);
}

class Database final : public AccountsDatabase {
 public:
  Database(const Settings& server, const AccountsSettings& settings, Log& log, Metrics& metrics)
      : door_(server),
        patient_door_(patient(server)),
        store_([this](SociConnection::Mode mode) { return door_.open(mode); },
               {.readers = settings.readers,
                .writers = settings.writers,
                .read_queue = settings.read_queue,
                .write_queue = settings.write_queue},
               log, metrics),
        loader_([this](SociConnection::Mode mode) { return patient_door_.open(mode); }, log) {}

  user::Store& store() override { return store_; }
  user::BulkLoader& loader() override { return loader_; }

  Task<Result<void>> ready() override {
    co_return co_await store_.read([](user::Tables& tables) -> Result<void> {
      CHECK_OK(tables.accounts.list(UserKey{}, 1));
      return {};
    });
  }

  void stop() override { store_.stop(); }

 private:
  AccountsDoor door_, patient_door_;
  engine::soci::SociStore store_;
  engine::soci::SociLoader loader_;
};
}  // namespace

Result<std::unique_ptr<AccountsDatabase>> AccountsDatabase::open(const Settings& server,
                                                                 const AccountsSettings& settings, const Clock& clock,
                                                                 Log& log, Metrics& metrics) {
  try {
    make_tables(server, clock);
    return std::make_unique<Database>(server, settings, log, metrics);
  } catch (const StoreFailure& failure) {
    (void)engine::soci::refused(failure, log);
    return fail(Code::internal, "the accounts in " + server.database + " at " + server.address + ": " + failure.reason);
  }
}

}  // namespace godwit::mysql
