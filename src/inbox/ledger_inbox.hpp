#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "inbox/ledger_refill.hpp"
#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"

namespace godwit::inbox {

/// The inbox read out of the ledger's own rows, its stays and the kept positions: for while the store that the bus
/// fills is away or behind. Nothing that was answered is missing, so nobody waits for the bus. Slower; positions may
/// be a moment old, which repeats; nothing is written (unavailable). Thread-safe; what it is given outlives it.
class LedgerInbox final : public offline::Timeline, public offline::CursorStore {
 public:
  /// Rows of one conversation that are looked through for recalls behind what is read; beyond, it is unavailable.
  static constexpr std::size_t kLookedThrough = 20'000;

  /// `epoch`: as Positions::epoch said.
  LedgerInbox(dispatch::LedgerStore& ledger, offline::Positions& positions, LedgerRefill& refill, std::string epoch)
      : ledger_(ledger), positions_(positions), refill_(refill), epoch_(std::move(epoch)) {}

  Task<Result<std::string>> epoch() override { co_return epoch_; }
  Task<Result<std::vector<offline::Slice>>> read(std::vector<offline::Span> spans) override;
  Task<Result<offline::Head>> head(const Conversation& conversation) override;
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override;
  Task<Result<void>> put(std::span<const MessagePtr> messages) override;
  Task<Result<Sweep>> expire(Millis before, std::size_t conversations) override;

  Task<Result<offline::UserRows>> rows(const UserKey& user, const DeviceId& device) override;
  Task<Result<std::optional<offline::Row>>> row(const UserKey& user, const Conversation& conversation) override;
  Task<Result<std::vector<Seq>>> read_positions(Readers readers) override;
  Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) override;
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<std::vector<Result<Standing>>>> standings(const std::vector<offline::Acknowledged>& devices) override;
  Task<Result<void>> advance(std::vector<offline::Acknowledged> devices) override;

 private:
  Task<Result<offline::Slice>> read(offline::Span span, std::size_t& bytes);
  Task<Result<void>> add_leaves(UserKey user, std::map<Conversation, ReadingRights>& rights);
  Task<Result<void>> take_recalled_out(const Conversation& conversation, std::vector<MessagePtr>& items);

  dispatch::LedgerStore& ledger_;
  offline::Positions& positions_;
  LedgerRefill& refill_;
  const std::string epoch_;
};

}  // namespace godwit::inbox
