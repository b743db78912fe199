#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace godwit::mysql {

/// What an error of the server, or of the way to it, means for whoever sent the statements.
enum class Trouble : std::uint8_t {
  away,       ///< there was no connection: nothing was done
  lost,       ///< the connection ended, or was given up: nobody knows what was done
  contended,  ///< deadlock, or a lock not given in time: begin the whole transaction again
  duplicate,  ///< a unique key has the value
  rows,       ///< a subquery had more than one row: our own guards fail so (Sql::guard)
  refused,    ///< everything else: the statement, the rights, the server's state
};

struct Failure {
  Trouble trouble = Trouble::refused;
  unsigned number = 0;  ///< the server's or the library's; 0: none
  std::string words{};  ///< theirs, for the log
};

template <class T>
using Answer = std::expected<T, Failure>;

/// By the error's number, as the server or the library gives it.
[[nodiscard]] Trouble trouble_of(unsigned number) noexcept;

[[nodiscard]] std::string_view name_of(Trouble trouble) noexcept;

/// What the outside is told: `unavailable`, without a word of the library's.
[[nodiscard]] Error as_error(const Failure& failure);

}  // namespace godwit::mysql
