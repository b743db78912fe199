#pragma once
#include <functional>

#include "app/config/load.hpp"
#include "base/error.hpp"

namespace godwit::app {

/// Reads every source of settings again, the way the start did; the error names each thing that is wrong. For SIGHUP:
/// `take_over` (config/reload.hpp) then says what of it may change without a restart.
using Reload = std::function<Result<Loaded>()>;

/// Runs all six roles in this process until SIGTERM or SIGINT; the program's exit code.
int serve(const Loaded& settings, Reload reload);

}  // namespace godwit::app
