#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "service/process_registry.hpp"
#include "service/role_name.hpp"

/// What the processes of a house tell each other of themselves, for operators: no promise to clients rests on it.
namespace godwit::processes {

/// What happened in one interval. `connections` is how many there were at its end; the others count.
struct Sample {
  Millis time = 0;  ///< its end
  std::uint64_t connections = 0, sends = 0, pushes = 0, connects = 0, requests = 0, failures = 0;
  std::optional<double> answer_ms{};  ///< mean time to answer a request; nothing where there was none
  friend bool operator==(const Sample&, const Sample&) = default;
};

/// Something that a process stands on: an engine, a role elsewhere. `trouble`: what is wrong with it; empty: nothing.
struct Part {
  std::string name, trouble;
  bool needed = true;  ///< not ready without it
  friend bool operator==(const Part&, const Part&) = default;
};

struct Queue {
  std::string name;
  std::uint64_t depth = 0, bound = 0;  ///< `bound` 0: as much as the disk
  friend bool operator==(const Queue&, const Queue&) = default;
};

struct Setting {
  std::string name, value;
  friend bool operator==(const Setting&, const Setting&) = default;
};

/// Beside what it tells anyway.
struct Question {
  bool parts = false;                   ///< what it stands on: it asks its engines
  bool settings = false;                ///< those that are to be the same in every process, secrets as hashes
  std::optional<Millis> rates_since{};  ///< samples that ended after this
};

/// What a process tells of itself.
struct Account {
  std::string id, name;
  std::vector<RoleName> roles;
  std::string version;
  Millis started_at = 0;
  Millis time = 0;  ///< by its clock
  bool draining = false;
  std::uint64_t sockets = 0, users = 0;  ///< of its node, and the people they are of
  std::uint64_t relayed = 0;             ///< sockets that its gateway carries to nodes elsewhere
  std::vector<Queue> queues;
  std::vector<std::uint16_t> shards;  ///< that it numbers, ascending
  std::string signing_key;            ///< a fingerprint; empty: no user role here
  std::vector<Part> parts;
  std::vector<Sample> samples;
  std::vector<Setting> settings;
  friend bool operator==(const Account&, const Account&) = default;
};

class Service {
 public:
  virtual ~Service() = default;
  virtual Task<Result<Account>> tell(Question question) = 0;
};

/// The way to any process of the house. Thread-safe.
class Phone {
 public:
  virtual ~Phone() = default;
  /// Of whoever answers at that address. unavailable: nobody does.
  virtual Task<Result<Account>> ask(std::string address, Question question) = 0;
};

}  // namespace godwit::processes
