#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "app/maintenance.hpp"
#include "app/server/embedded_engines.hpp"

namespace godwit::app {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> parts_of(const std::string& directory) {
  const DataPaths paths(directory);
  return {paths.accounts(), paths.archive(), paths.messages(), paths.signing_key()};
}

Result<void> check_complete(const std::string& from) {
  std::error_code problem;
  for (const auto& part : parts_of(from)) {
    if (!fs::exists(part, problem))
      return fail(Code::bad_parameter, fmt::format("{} is no backup of godwit: {} is missing", from, part));
  }
  return {};
}

/// What was copied is on the disk, and not in memory alone.
Result<void> sync_directory(const std::string& data) {
  const int fd = ::open(data.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::syncfs(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return fail(Code::unavailable, "cannot sync " + data);
  return {};
}

Result<void> copy_parts(const std::string& from, const std::string& data) {
  const auto sources = parts_of(from), targets = parts_of(data);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    std::error_code problem;
    fs::copy(sources[i], targets[i], fs::copy_options::recursive, problem);
    if (problem)
      return fail(Code::unavailable,
                  fmt::format("cannot copy {} to {}: {}", sources[i], targets[i], problem.message()));
  }
  fs::permissions(DataPaths(data).signing_key(), fs::perms::owner_read | fs::perms::owner_write);
  return sync_directory(data);
}

Result<void> check_copy(const std::string& from, const std::string& data) {
  TRY(const auto findings, check_stores(data));
  if (findings.empty()) return {};
  return fail(Code::bad_parameter,
              fmt::format("the backup {} is damaged: {}: {}", from,
                          fs::path(findings.front().store).filename().string(), findings.front().what));
}

Result<void> fill(const std::string& from, const std::string& data) {
  {
    TRY(const auto lock, DataLock::take(data));
    if (!is_empty_data(data)) return fail(Code::bad_parameter, data + " is not empty; restore into a new directory");
    CHECK_OK(copy_parts(from, data));
  }
  return check_copy(from, data);
}

}  // namespace

Result<void> restore(const std::string& from, const std::string& data) {
  CHECK_OK(check_complete(from));
  if (!is_empty_data(data)) return fail(Code::bad_parameter, data + " is not empty; restore into a new directory");
  auto filled = fill(from, data);
  if (!filled && filled.error().detail.find("is not empty") == std::string::npos &&
      filled.error().detail.find("in use") == std::string::npos) {
    for (const auto& part : parts_of(data)) {
      std::error_code problem;
      fs::remove_all(part, problem);
    }
  }
  return filled;
}

}  // namespace godwit::app
