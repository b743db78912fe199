#pragma once
#include "rpc/caller.hpp"
#include "rpc/connection.hpp"
#include "service/processes.hpp"

namespace godwit::rpc {

/// Asks whoever is at an address. The calls of roles go over the same connection and its breaker: a process that those
/// leave alone is not reached here either.
class ProcessPhone final : public processes::Phone {
 public:
  explicit ProcessPhone(Connections& connections) : connections_(connections) {}
  Task<Result<processes::Account>> ask(std::string address, processes::Question question) override;

 private:
  Connections& connections_;
};

/// Whether anybody whom the caller calls answers; unavailable, with why: nobody does.
Task<Result<void>> reach(Caller& caller);

}  // namespace godwit::rpc
