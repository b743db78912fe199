#pragma once
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace godwit::live {

/// Where a live engine is, as deploy/engines/up says: the value of LIVE_<name> ("127.0.0.1:13306"). Throws where it is
/// not set: a live test without its engine is a failure, never skipped.
inline std::string endpoint(const std::string& name) {
  const char* value = std::getenv(("LIVE_" + name).c_str());
  if (value == nullptr) throw std::runtime_error("LIVE_" + name + " is not set: ./test --distributed starts the engines");
  return value;
}

}  // namespace godwit::live
