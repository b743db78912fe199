#pragma once
#include <span>

#include "gateway/page.hpp"

namespace godwit::app {

/// The page that was built into this binary (cmake/page.cmake); empty where there was none at build time.
[[nodiscard]] std::span<const gateway::PageFile> embedded_page();

}  // namespace godwit::app
