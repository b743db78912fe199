#pragma once
#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace godwit::rocks {

/// The name of a store's life: 16 hex digits in the file EPOCH of its directory (docs/formats.md). A copy does not take
/// the file along, so what is restored begins another life. Makes one where there is none, or none that can be read.
/// unavailable.
[[nodiscard]] Result<std::string> read_or_make_epoch(const std::filesystem::path& directory);

}  // namespace godwit::rocks
