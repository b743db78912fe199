#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/doctor/doctor.hpp"
#include "app/maintenance.hpp"
#include "engine/sqlite/archive_index.hpp"

namespace godwit::app {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kMega = 1024 * 1024, kLeastFree = 100 * kMega, kLittleFree = 1024 * kMega;

Findings examine_parent(const std::string& data) {
  auto parent = fs::absolute(data).parent_path();
  while (!fs::exists(parent) && parent.has_relative_path()) parent = parent.parent_path();
  if (::access(parent.c_str(), W_OK | X_OK) == 0) return {};
  return {{Severity::error, data,
           fmt::format("is not there and cannot be made: {} is not writable for this user", parent.string()),
           "Make it, owned by the user that runs the server, or name another by --data."}};
}

Findings examine_room(const std::string& data) {
  struct statvfs room{};
  if (::statvfs(data.c_str(), &room) != 0) return {};
  const auto free = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
  if (free >= kLittleFree) return {};
  return {{free < kLeastFree ? Severity::error : Severity::warning, data,
           fmt::format("only {} MB are free on its disk", free / kMega),
           "Make room: with a full disk sends are refused with 503."}};
}

}  // namespace

Findings examine_directory(const std::string& data) {
  struct stat status{};
  if (::stat(data.c_str(), &status) != 0) {
    if (errno == ENOENT) return examine_parent(data);
    return {{Severity::error, data, std::strerror(errno), "Let the user that runs the server reach it."}};
  }
  if (!S_ISDIR(status.st_mode))
    return {{Severity::error, data, "is not a directory", "Name a directory by --data or storage.data."}};
  Findings findings;
  if (status.st_uid != ::geteuid()) {
    findings.push_back({Severity::warning, data,
                        fmt::format("belongs to user {}, and this is user {}", status.st_uid, ::geteuid()),
                        "Run this and the server as the user it belongs to, or chown it."});
  }
  if (::access(data.c_str(), R_OK | W_OK | X_OK) != 0) {
    findings.push_back({Severity::error, data, "cannot be read and written by this user",
                        fmt::format("chown -R the server's user {}", data)});
  }
  if ((status.st_mode & 0077U) != 0) {
    findings.push_back({Severity::warning, data,
                        fmt::format("is open to others (mode {:04o})", status.st_mode & 07777U), "chmod 700 " + data});
  }
  for (auto& finding : examine_room(data)) findings.push_back(std::move(finding));
  return findings;
}

Findings examine_key_files(const std::string& data) {
  Findings findings;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(data, problem)) {
    struct stat status{};
    if (entry.path().extension() != ".key" || ::stat(entry.path().c_str(), &status) != 0) continue;
    if ((status.st_mode & 0077U) == 0) continue;
    findings.push_back({Severity::error, entry.path().string(),
                        fmt::format("holds a secret and is open to others (mode {:04o})", status.st_mode & 07777U),
                        "chmod 600 it; if others could read it, delete it and restart: everybody logs in again."});
  }
  return findings;
}

Findings examine_search_index(const std::string& data) {
  const auto archive = fs::path(data) / "archive.db";
  if (!fs::exists(archive)) return {};
  const auto state = engine::sqlite::index_state_of(archive.string());
  if (!state || state->whole()) return {};
  const auto left = state->remaining < 0 ? std::string("not counted yet") : std::to_string(state->remaining);
  return {{Severity::warning, archive.string(),
           "the search index is being made anew (messages left: " + left + "); searches of old messages are slower",
           "Nothing: a running server goes on with it, from where it was stopped."}};
}

Findings examine_stores(const std::string& data) {
  if (!fs::exists(fs::path(data))) return {};
  const auto found = check_stores(data);
  if (!found && found.error().code == Code::unavailable) {
    return {{Severity::warning, data, "a server is running on it, so its stores were not checked",
             "Stop it and run this again to have them checked."}};
  }
  if (!found) return {{Severity::error, data, found.error().detail, "See docs/operations.md, \"A damaged store\"."}};
  Findings findings;
  for (const auto& finding : *found) {
    if (finding.clock) {
      findings.push_back({Severity::warning, finding.store, finding.what,
                          "Set the clock if it is wrong. If it was ahead once, new messages have its time again, and "
                          "these stay where they are."});
      continue;
    }
    findings.push_back(
        {Severity::error, finding.store, finding.what,
         "Stop the server, keep a copy of the directory, and restore the last backup (`godwit admin restore`)."});
  }
  return findings;
}

}  // namespace godwit::app
