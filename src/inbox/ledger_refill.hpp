#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "dispatch/ledger_store.hpp"
#include "offline/positions.hpp"
#include "offline/refill_store.hpp"

namespace godwit::inbox {

/// offline::RefillStore out of the ledger and the kept positions: who may read what from where is committed with the
/// messages that say so, and never trimmed; heads neither. Thread-safe; what it is given outlives it.
class LedgerRefill final : public offline::RefillStore {
 public:
  /// `keep`: how long the inbox keeps an entry, and the ledger a row at least.
  LedgerRefill(dispatch::LedgerStore& ledger, offline::Positions& positions, const Clock& clock, Millis keep)
      : ledger_(ledger), positions_(positions), clock_(clock), keep_(keep) {}

  Task<Result<OfUser>> of_user(const UserKey& user) override;
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    return positions_.knows_device(user, device);
  }
  Task<Result<std::vector<OfConversation>>> of_conversations(std::vector<Conversation> conversations) override;
  Task<Result<std::vector<std::pair<UserKey, StayEvent>>>> stays(const Conversation& conversation) override;
  Task<Result<std::vector<MessagePtr>>> entries(const Conversation& conversation, Seq after,
                                                std::size_t limit) override {
    return ledger_.tail({.conversation = conversation, .after = after, .limit = limit});
  }
  Task<Result<void>> keep(const UserKey& user, OfUser found) override;
  Task<Result<void>> keep(const Conversation& conversation, std::vector<std::pair<UserKey, StayEvent>> stays) override;
  Task<Result<std::string>> epoch(std::string proposed) override { return positions_.epoch(std::move(proposed)); }

  /// How far a conversation goes, and how far it expired.
  struct Reach {
    offline::Head head;
    Seq floor = 0;
  };
  /// In the order given; where nothing was ever sent, zeros.
  Task<Result<std::vector<Reach>>> reach(std::vector<Conversation> conversations);

 private:
  Task<Result<void>> keep(std::vector<dispatch::Stay> stays);
  Task<Result<Seq>> floor_of(const Conversation& conversation, dispatch::Head head);

  dispatch::LedgerStore& ledger_;
  offline::Positions& positions_;
  const Clock& clock_;
  const Millis keep_;
};

}  // namespace godwit::inbox
