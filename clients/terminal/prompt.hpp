#pragma once
#include <optional>
#include <string>

#include "clients/terminal/signals.hpp"

namespace godwit::chat {

/// Whether the terminal shows what is typed. Does nothing where standard input is no terminal.
void set_echo(bool on);

/// A line from standard input behind a question on the terminal; none at its end or when a signal asks to stop (the
/// terminal is as it was in any case). `secret`: not shown while it is typed.
[[nodiscard]] std::optional<std::string> ask(const std::string& question, bool secret, Signals& signals);
void tell(const std::string& line);  ///< on standard error

/// The password for a program without a person: of `file` (its first line), else of GODWIT_PASSWORD; none: neither was
/// given. Throws std::runtime_error where the file cannot be read.
[[nodiscard]] std::optional<std::string> given_password(const std::string& file);

}  // namespace godwit::chat
