#include <rocksdb/utilities/checkpoint.h>

#include "engine/rocksdb/database.hpp"
#include "engine/rocksdb/values.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {
namespace {

std::unexpected<Error> broken(const std::filesystem::path& directory, const std::string& what) {
  return fail(Code::unavailable, directory.string() + ": " + what);
}

/// A message's time, 0 for what is none; nullopt: damaged.
std::optional<Millis> time_of(Family family, std::string_view value) {
  auto record = value;
  if (family == Family::entries) {
    const auto entry = decode_entry(value);
    if (!entry || entry->kind != EntryKind::message) return entry ? std::optional<Millis>(0) : std::nullopt;
    record = entry->record;
  } else if (family != Family::log) {
    return 0;
  }
  const auto message = wire::decode_record(record);
  return message ? std::optional(message->time) : std::nullopt;
}

}  // namespace

Result<void> Database::backup(const std::filesystem::path& to) {
  const Store::Use use(*store_);
  if (!use) return broken(to, "the message store is being opened again");
  ::rocksdb::Checkpoint* made = nullptr;
  CHECK_OK(store_->check(::rocksdb::Checkpoint::Create(&store_->db(), &made)));
  const std::unique_ptr<::rocksdb::Checkpoint> checkpoint(made);
  const auto status = checkpoint->CreateCheckpoint(to.string());
  if (!status.ok()) return broken(to, status.ToString());
  return {};
}

Result<Millis> Database::verify(const std::filesystem::path& directory, const Clock& clock, Log& log) {
  TRY(const auto store, Store::open_to_read(directory, Settings{}, clock, log));
  if (const auto status = store->db().VerifyChecksum(); !status.ok()) return broken(directory, status.ToString());
  Millis newest = 0;
  for (std::size_t i = 0; i < kFamilies; ++i) {
    const auto family = static_cast<Family>(i);
    const auto it = store->iterate(family, /*fill_cache=*/false);
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      const auto time = time_of(family, it->value().ToStringView());
      newest = std::max(newest, time.value_or(0));
      if (!time) {
        return broken(directory, "a record of " + store->family(family)->GetName() + " does not decode (key " +
                                     it->key().ToString(/*hex=*/true) + ")");
      }
    }
    if (!it->status().ok()) return broken(directory, it->status().ToString());
  }
  return newest;
}

}  // namespace godwit::rocks
