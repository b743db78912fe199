#pragma once
#include <string_view>

#include "base/error.hpp"
#include "net/http/http.hpp"

namespace godwit::gateway {

/// An error as a client gets it: the problem's body, and the headers that HTTP wants with its status. An engine's words
/// stay here: of `internal` the client gets the sentence of the code, and the trace to ask by.
[[nodiscard]] net::Response problem_answer(const Error& error, std::string_view trace);

}  // namespace godwit::gateway
