#pragma once
#include <string_view>

#include "engine/redis/client.hpp"

namespace godwit::redis {

/// Whether this Redis keeps what it is given, asked of every node before anything is written: it drops no keys to make
/// room (maxmemory-policy noeviction), writes what it answered to a file (appendonly yes), and is a cluster or none as
/// the settings say. bad_parameter, naming node and setting, where it does not; unavailable where a node cannot be
/// asked.
Task<Result<void>> check(Client& client);

/// What an answer to INFO says of a field; empty: it does not.
[[nodiscard]] std::string_view info_value(std::string_view info, std::string_view field);

}  // namespace godwit::redis
