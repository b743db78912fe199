#include "app/config/toml_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace godwit::app {
namespace {

Result<std::string> read_text(const std::string& path) {
  if (std::error_code problem; std::filesystem::is_directory(path, problem)) {
    return fail(Code::bad_parameter, path + ": cannot be read: it is a directory");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::bad_parameter, fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

std::optional<Value> list_value(const toml::array& array) {
  std::vector<std::string> list;
  for (const auto& item : array) {
    const auto* text = item.as_string();
    if (text == nullptr) return std::nullopt;
    list.push_back(text->get());
  }
  return list;
}

std::optional<Value> value_of(const toml::node& node) {
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_floating_point()) return value->get();
  if (const auto* value = node.as_string()) return value->get();
  if (const auto* value = node.as_array()) return list_value(*value);
  return std::nullopt;
}

std::string line_of(const std::string& path, const toml::source_region& where) {
  return fmt::format("{}:{}", path, where.begin.line);
}

void collect(const std::string& path, const std::string& prefix, const toml::table& table,
             std::vector<FileEntry>& entries) {
  for (const auto& [key, node] : table) {
    const auto name = prefix + std::string(key.str());
    const auto* inner = node.as_table();
    if (inner != nullptr && prefix.empty()) {
      collect(path, name + ".", *inner, entries);
    } else {
      entries.push_back({name, line_of(path, key.source()), key.source().begin.line, value_of(node)});
    }
  }
}

}  // namespace

Result<std::vector<FileEntry>> read_toml(const std::string& path) {
  TRY(const auto text, read_text(path));
  const auto parsed = toml::parse(text);
  if (!parsed) {
    const auto& error = parsed.error();
    return fail(Code::bad_parameter, fmt::format("{}: {}", line_of(path, error.source()), error.description()));
  }
  std::vector<FileEntry> entries;
  collect(path, "", parsed.table(), entries);
  std::ranges::sort(entries, {},
                    [](const FileEntry& entry) { return std::pair(entry.line_number, std::string_view(entry.name)); });
  return entries;
}

}  // namespace godwit::app
