#include <rocksdb/utilities/checkpoint.h>

#include "engine/rocksdb/database.hpp"
#include "engine/rocksdb/values.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {
namespace {

std::unexpected<Error> broken(const std::filesystem::path& directory, const std::string& what) {
  return fail(Code::unavailable, directory.string() + ": " + what);
}

bool decodes(Family family, std::string_view value) {
  if (family == Family::log) return wire::decode_record(value).has_value();
  if (family != Family::entries) return true;
  const auto entry = decode_entry(value);
  return entry && (entry->kind != EntryKind::message || wire::decode_record(entry->record));
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

Result<void> Database::verify(const std::filesystem::path& directory, const Clock& clock, Log& log) {
  TRY(const auto store, Store::open_to_read(directory, Settings{}, clock, log));
  if (const auto status = store->db().VerifyChecksum(); !status.ok()) return broken(directory, status.ToString());
  for (std::size_t i = 0; i < kFamilies; ++i) {
    const auto family = static_cast<Family>(i);
    const auto it = store->iterate(family, /*fill_cache=*/false);
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      if (!decodes(family, it->value().ToStringView())) {
        return broken(directory, "a record of " + store->family(family)->GetName() + " does not decode (key " +
                                     it->key().ToString(/*hex=*/true) + ")");
      }
    }
    if (!it->status().ok()) return broken(directory, it->status().ToString());
  }
  return {};
}

}  // namespace godwit::rocks
