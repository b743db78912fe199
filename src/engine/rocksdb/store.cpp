#include "engine/rocksdb/store.hpp"

#include "engine/rocksdb/log_tails.hpp"
#include "engine/rocksdb/options.hpp"

namespace godwit::rocks {

::rocksdb::Status Store::open_db(const std::filesystem::path& directory, const Settings& settings, ::rocksdb::Env* env,
                                 bool read_only) {
  auto options = database_options(settings);
  options.info_log = info_;
  if (env != nullptr) options.env = env;
  const auto families = family_options(settings);
  std::vector<::rocksdb::ColumnFamilyHandle*> handles;
  ::rocksdb::DB* db = nullptr;
  const auto status = read_only ? ::rocksdb::DB::OpenForReadOnly(options, directory.string(), families, &handles, &db)
                                : ::rocksdb::DB::Open(options, directory.string(), families, &handles, &db);
  if (!status.ok()) return status;
  db_.reset(db);
  std::copy(handles.begin(), handles.end(), handles_.begin());
  return status;
}

Result<std::unique_ptr<Store>> Store::opened(std::unique_ptr<Store> store, const ::rocksdb::Status& status,
                                             const std::filesystem::path& directory) {
  if (status.ok()) return store;
  auto detail = "cannot open " + directory.string() + ": " + status.ToString();
  const auto damage = store->info_->first_damage();
  if (status.IsCorruption() && !damage.empty()) detail += " (" + damage + ")";
  return fail(Code::unavailable, std::move(detail));
}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& directory, const Settings& settings,
                                           const Clock& clock, Log& log, ::rocksdb::Env* env) {
  std::error_code ignored;
  if (env == nullptr) std::filesystem::create_directories(directory, ignored);
  CHECK_OK(check_log_tails(directory));
  std::unique_ptr<Store> store(new Store(clock, log));
  const auto status = store->open_db(directory, settings, env, false);
  return opened(std::move(store), status, directory);
}

Result<std::unique_ptr<Store>> Store::open_to_read(const std::filesystem::path& directory, const Settings& settings,
                                                   const Clock& clock, Log& log) {
  CHECK_OK(check_log_tails(directory));
  std::unique_ptr<Store> store(new Store(clock, log));
  const auto status = store->open_db(directory, settings, nullptr, true);
  return opened(std::move(store), status, directory);
}

Store::~Store() {
  if (!db_) return;
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  if (const auto status = db_->Close(); !status.ok()) log_.error("rocksdb_close", {{"reason", status.ToString()}});
}

Result<bool> Store::get(Family wanted, std::string_view key, ::rocksdb::PinnableSlice& value) {
  value.Reset();
  const auto status =
      db_->Get(::rocksdb::ReadOptions(), family(wanted), ::rocksdb::Slice(key.data(), key.size()), &value);
  if (status.ok()) return true;
  if (status.IsNotFound()) return false;
  return std::unexpected(error(status));
}

std::unique_ptr<::rocksdb::Iterator> Store::iterate(Family wanted, bool fill_cache) {
  ::rocksdb::ReadOptions options;
  options.fill_cache = fill_cache;
  return std::unique_ptr<::rocksdb::Iterator>(db_->NewIterator(options, family(wanted)));
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
