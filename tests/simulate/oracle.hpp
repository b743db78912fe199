#pragma once
#include <string>
#include <utility>
#include <vector>

#include "simulate/record.hpp"

namespace godwit::simulate {

struct Promises {
  Time change_holds_after = 0;        ///< a block or the end of a session, counted from its answer
  Time socket_ends_after = 5 * kSecond;
  std::int64_t most_lead_ms = 300'000;
  bool presence = true;  ///< friends hear of each other
  /// While something is wrong nobody is told that their session ended; afterwards within `socket_ends_after`.
  using Spans = std::vector<std::pair<Time, Time>>;
  Spans troubles{};
  Spans delays{};  ///< the same of what comes to whoever is connected
  std::vector<Time> losses{};  ///< of a cache: a read position from before may go back, where it was not kept yet
};

/// Judges a run by what its people saw and nothing else: every promise of ARCHITECTURE.md, "What must hold", that the
/// record breaks, as a sentence. Shares no code with the server: no header of src/ is behind this.
[[nodiscard]] std::vector<std::string> judge(const Record& record, const Promises& promises);

}  // namespace godwit::simulate
