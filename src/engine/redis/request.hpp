#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "engine/redis/command.hpp"
#include "engine/redis/slots.hpp"

namespace godwit::redis {

using Time = std::chrono::steady_clock::time_point;

/// What one caller waits for: one command, or several that MULTI and EXEC hold together. Belongs to the client's
/// thread.
struct Request {
  std::vector<Command> commands;
  bool atomic = false;          ///< MULTI before them, EXEC behind
  std::optional<Slot> slot{};   ///< where its keys are; nothing: anywhere
  std::optional<Address> at{};  ///< this node and no other
  Time deadline;
  std::move_only_function<void(Result<Reply>)> done;

  std::string wire{};   ///< the commands as RESP
  bool asking = false;  ///< ASKING goes before them: an importing node takes them then
  unsigned redirects = 0;
  std::vector<Reply> answers{};  ///< so far

  [[nodiscard]] std::size_t expected() const noexcept { return atomic ? commands.size() + 2 : 1; }
};
using RequestPtr = std::unique_ptr<Request>;

/// What becomes of a request whose answers are there.
struct Verdict {
  enum class Kind : char {
    done,       ///< the last answer is the result
    moved,      ///< the slot is at `address` now
    ask,        ///< this once `address` knows
    again,      ///< the same a little later: nothing was done
    down,       ///< the same later, after the slots were asked for: nothing was done
    no_script,  ///< the same with the script's text
    failed,     ///< the error
  };
  Kind kind = Kind::done;
  Address address{};
  Error error{};
};

/// `from`: who answered. Pure.
[[nodiscard]] Verdict judge(const Request& request, const Address& from);

}  // namespace godwit::redis
