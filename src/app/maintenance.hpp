#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "app/config/config.hpp"
#include "app/maintenance/administration.hpp"
#include "base/error.hpp"

/// Work on a data directory at rest. Each takes the directory's lock (DataLock) and is refused while a server holds it.
namespace godwit::app {

/// Copies a directory that `backup` made to `data`, which must be empty or missing. Checks it first: a damaged or
/// foreign directory is `bad_parameter`, and nothing is left behind.
[[nodiscard]] Result<void> restore(const std::string& from, const std::string& data);

struct TestData {
  std::size_t users = 0;   ///< user i is "user<i>", six digits at least
  std::size_t groups = 0;  ///< group i has every user j with j mod groups = i
  std::size_t hubs = 0;    ///< users 0…hubs-1 are everyone's friends and members of every group
  std::string out;         ///< gets the files users, tokens, groups: line i is user i's key, its token, group i's key
};
/// Makes users with ready sessions, friendships (2k and 2k+1, and the hubs) and groups on an empty data directory.
[[nodiscard]] Result<void> load_test_data(const std::string& data, const TestData& wanted);
/// The same in the engines of many processes, which must have nobody of these names (`key_taken`), and no server.
[[nodiscard]] Result<void> load_test_data(const Config& config, const TestData& wanted);

/// One thing that is wrong with a store; empty: nothing is.
struct StoreFinding {
  std::string store;  ///< its file or directory
  std::string what;
  bool clock = false;  ///< not damage: the clock is behind what was written
};
/// Reads every store of the directory and checks it against itself (checksums, indexes).
[[nodiscard]] Result<std::vector<StoreFinding>> check_stores(const std::string& data);

}  // namespace godwit::app
