#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulate/person.hpp"

namespace godwit::simulate {

/// What goes wrong, and for how long.
enum class Trouble : char {
  storm,    ///< messages between processes are lost, late and doubled
  crash,    ///< a server process dies at whatever it waits for, and comes back
  power,    ///< the same, and what was not synced is lost
  asleep,   ///< a server process stands still
  clock,    ///< its clock is set forwards or back
  cut,      ///< two server processes do not hear each other
  away,     ///< an engine answers nothing
  slow,     ///< an engine is slow
  unsure,   ///< an engine does what it is asked, and answers that it cannot
  empty,    ///< a cache comes back with nothing in it
};
[[nodiscard]] const char* name_of(Trouble trouble);

struct Fault {
  Trouble kind;
  Time at = 0, lasts = 0;
  std::uint64_t roll = 0;  ///< picks whom it meets, and how hard
};

/// A run, whole: the same plan is the same run, bit for bit.
struct Plan {
  std::uint64_t seed = 0;
  bool many = false;  ///< processes; else the server is one
  struct Part {
    Device device;
    bool first = false;  ///< of its person
    std::vector<Step> steps;
  };
  std::vector<Part> parts;
  std::vector<Fault> faults;
  Time active = 0;  ///< after it everything is healed
  /// Somebody is gone for good, with all devices, just after a node that never comes back; in one run of six.
  struct Departure {
    Time at = 0;
    std::string user;
    std::uint64_t roll = 0;  ///< picks the node
  };
  std::optional<Departure> departure;
  /// Sockets are long on their way from a gateway to a node, and known late to dispatchers, and some sessions end
  /// meanwhile; in one run of eight.
  bool slow_openings = false;
  /// The cache loses the inbox that it serves, or the last second of it; in one run of six, where there are many
  /// processes.
  bool lossy_cache = false;
  [[nodiscard]] std::vector<std::string> people() const;
  [[nodiscard]] std::size_t size() const;  ///< faults and steps
  /// Without its n-th pieces (faults first, then steps), for those that `keep` says no to.
  [[nodiscard]] Plan without(const std::vector<bool>& keep) const;
};

[[nodiscard]] Plan make_plan(std::uint64_t seed);

}  // namespace godwit::simulate
