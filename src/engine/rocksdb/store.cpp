#include "engine/rocksdb/store.hpp"

#include "engine/rocksdb/log_check.hpp"
#include "engine/rocksdb/log_files.hpp"
#include "engine/rocksdb/options.hpp"

namespace godwit::rocks {

Store::Store(std::filesystem::path directory, const Settings& settings, const Clock& clock, Log& log,
             ::rocksdb::Env* env)
    : directory_(std::move(directory)),
      settings_(settings),
      clock_(clock),
      log_(log),
      info_(std::make_shared<InfoLog>(log)),
      files_(std::make_shared<LogFiles>(env != nullptr ? env->GetFileSystem() : ::rocksdb::FileSystem::Default(),
                                        synced_)),
      env_(::rocksdb::NewCompositeEnv(files_)) {}

::rocksdb::Status Store::open_db(Mode mode) {
  auto options = database_options(settings_);
  options.info_log = info_;
  options.env = env_.get();
  if (tails_known_) options.wal_recovery_mode = ::rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  const auto families = family_options(settings_);
  std::vector<::rocksdb::ColumnFamilyHandle*> handles;
  ::rocksdb::DB* db = nullptr;
  const auto status = mode == Mode::read
                          ? ::rocksdb::DB::OpenForReadOnly(options, directory_.string(), families, &handles, &db)
                          : ::rocksdb::DB::Open(options, directory_.string(), families, &handles, &db);
  if (!status.ok()) return status;
  db_.reset(db);
  std::copy(handles.begin(), handles.end(), handles_.begin());
  return status;
}

Result<std::unique_ptr<Store>> Store::opened(std::unique_ptr<Store> store, const ::rocksdb::Status& status) {
  if (status.ok()) return store;
  auto detail = "cannot open " + store->directory_.string() + ": " + status.ToString();
  const auto damage = store->info_->first_damage();
  if (status.IsCorruption() && !damage.empty()) detail += " (" + damage + ")";
  return fail(Code::unavailable, std::move(detail));
}

/// Looks at the logs before RocksDB replays them.
Result<void> Store::prepare() {
  const auto synced = SyncedLength::read(directory_);
  CHECK_OK(check_logs(directory_, synced));
  tails_known_ = synced.has_value();
  if (!synced) return synced_.open(directory_);
  TRY(const auto gone, cut_logs(directory_, *synced, /*all=*/false));
  if (gone > 0) log_.warn("unsynced_writes_dropped", {{"directory", directory_.string()}, {"bytes", gone}});
  return synced_.open(directory_);
}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& directory, const Settings& settings,
                                           const Clock& clock, Log& log, ::rocksdb::Env* env) {
  std::error_code ignored;
  std::filesystem::create_directories(directory, ignored);
  std::unique_ptr<Store> store(new Store(directory, settings, clock, log, env));
  CHECK_OK(store->prepare());
  const auto status = store->open_db(Mode::write);
  return opened(std::move(store), status);
}

Result<std::unique_ptr<Store>> Store::open_to_read(const std::filesystem::path& directory, const Settings& settings,
                                                   const Clock& clock, Log& log) {
  const auto synced = SyncedLength::read(directory);
  CHECK_OK(check_logs(directory, synced));
  std::unique_ptr<Store> store(new Store(directory, settings, clock, log, nullptr));
  store->tails_known_ = synced.has_value();
  const auto status = store->open_db(Mode::read);
  return opened(std::move(store), status);
}

Store::~Store() { close(); }

void Store::close() {
  if (!db_) return;
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  handles_ = {};
  if (const auto status = db_->Close(); !status.ok()) log_.error("rocksdb_close", {{"reason", status.ToString()}});
  db_.reset();
}

Result<bool> Store::get(Family wanted, std::string_view key, ::rocksdb::PinnableSlice& value) {
  value.Reset();
  if (!enter()) return std::unexpected(error(::rocksdb::Status::Busy("the database is being opened again")));
  const auto status =
      db_->Get(::rocksdb::ReadOptions(), family(wanted), ::rocksdb::Slice(key.data(), key.size()), &value);
  if (status.ok()) return leave_later(value, *this), true;  // it may lie in the database's own memory
  leave();
  if (status.IsNotFound()) return false;
  return std::unexpected(error(status));
}

std::unique_ptr<::rocksdb::Iterator> Store::iterate(Family wanted, bool fill_cache) {
  if (!enter())
    return std::unique_ptr<::rocksdb::Iterator>(
        ::rocksdb::NewErrorIterator(::rocksdb::Status::Busy("the database is being opened again")));
  ::rocksdb::ReadOptions options;
  options.fill_cache = fill_cache;
  std::unique_ptr<::rocksdb::Iterator> iterator(db_->NewIterator(options, family(wanted)));
  leave_later(*iterator, *this);
  return iterator;
}

void Store::leave_later(::rocksdb::Cleanable& what, Store& store) {
  what.RegisterCleanup([](void* self, void*) { static_cast<Store*>(self)->leave(); }, &store, nullptr);
}

Result<void> Store::check(const ::rocksdb::Status& status) {
  if (status.ok()) return {};
  return std::unexpected(error(status));
}

Error Store::error(const ::rocksdb::Status& status) {
  const auto now = clock_.now();
  if (auto last = last_logged_.load();
      (now - last >= 1000 || now < last) && last_logged_.compare_exchange_strong(last, now)) {
    log_.error("rocksdb_failed", {{"reason", status.ToString()}});
  }
  return {.code = Code::unavailable, .detail = "the message store cannot do that right now"};
}

Error Store::damaged(std::string_view what) {
  return error(::rocksdb::Status::Corruption(::rocksdb::Slice(what.data(), what.size()), "does not decode"));
}

}  // namespace godwit::rocks
