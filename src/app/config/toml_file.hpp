#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/config/setting.hpp"

namespace godwit::app {

/// One `key = value` of a file.
struct FileEntry {
  std::string name;  ///< "section.key"
  std::string line;  ///< "godwit.toml:12"
  std::uint32_t line_number = 0;
  std::optional<Value> value;  ///< nullopt: of a kind that no setting has (a date, a table, a mixed list)
};

/// Every key of a TOML file in its order. bad_parameter naming file, line and reason where it cannot be read or is not
/// TOML.
[[nodiscard]] Result<std::vector<FileEntry>> read_toml(const std::string& path);

}  // namespace godwit::app
