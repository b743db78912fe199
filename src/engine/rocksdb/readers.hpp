#pragma once
#include "engine/rocksdb/store.hpp"

namespace godwit::rocks {

/// Makes the index of who reads which group (`kReader`) out of the rows, where it is not there yet: a directory of an
/// older version. To be called before anything else writes. Walks over every row, once.
[[nodiscard]] Result<void> prepare_readers(Store& store);

}  // namespace godwit::rocks
