#pragma once
#include <rocksdb/db.h>

#include <vector>

#include "engine/rocksdb/settings.hpp"

namespace godwit::rocks {

[[nodiscard]] ::rocksdb::DBOptions database_options(const Settings& settings);
/// In the order of `Family`.
[[nodiscard]] std::vector<::rocksdb::ColumnFamilyDescriptor> family_options(const Settings& settings);

}  // namespace godwit::rocks
