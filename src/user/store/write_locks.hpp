#pragma once
#include <span>

#include "base/error.hpp"
#include "domain/ids.hpp"

namespace godwit::user {

/// The port of what writes decide by. A write that looks and then changes first holds whom it is about; another write
/// about any of them waits until this one has ended. Used inside a write, on its thread.
///   - what is read after `hold` holds everything that writes which held any of these names have committed.
///   - a name need not stand for a row: two who register the same key hold the same name.
///   - once in a write, so that two writes never wait for each other; where an engine finds that they do anyway, it
///   undoes one and runs it again.
/// Engines whose writes stand one behind the other have nothing to do. Errors: unavailable.
class WriteLocks {
 public:
  virtual ~WriteLocks() = default;
  virtual Result<void> hold(std::span<const UserKey> users, std::span<const GroupKey> groups) = 0;
};

/// For engines whose writes stand one behind the other.
class NoLocks final : public WriteLocks {
 public:
  Result<void> hold(std::span<const UserKey>, std::span<const GroupKey>) override { return {}; }
};

}  // namespace godwit::user
