#pragma once
#include <cstddef>
#include <cstdint>

#include "app/config/config.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace godwit::app {

/// Of the admin listener: one more, and the one idle for longest closes. Its files are set aside before all others.
inline constexpr std::size_t kAdminConnections = 16;

/// Raises the process's limit of open files as far as it may go, and says what it is.
std::uint64_t raise_open_files();

/// How many of them the message store may keep open: 256 where there are plenty.
[[nodiscard]] int files_for_store(std::uint64_t limit);

/// `config` with http.connections and socket.connections lowered to what the limit leaves beside stores, loops and the
/// admin listener; as it is where all of it fits. `unavailable`, with what is needed, where not even a few connections
/// fit.
[[nodiscard]] Result<Config> fit_connections(Config config, std::uint64_t limit);

/// Tells the operator where something was lowered: in the log, and in words on a terminal.
void warn_of_fewer_connections(const Config& wanted, const Config& fitted, std::uint64_t limit, Log& log);

}  // namespace godwit::app
