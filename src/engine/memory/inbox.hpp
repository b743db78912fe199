#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "engine/memory/messages_disk.hpp"
#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"

namespace godwit::engine::memory {

/// The inbox: every conversation's kept tail, who reads it, and how far. Survives what the disk survives: a power cut
/// takes what came since the last `sync`, which is one for each read position and, where the ledger lies on the same
/// disk, for each message.
class MemoryInbox : public offline::Timeline, public offline::CursorStore {
 public:
  explicit MemoryInbox(MessagesDisk& disk) : disk_(disk) {}

  Task<Result<std::string>> epoch() override { co_return disk_.epoch; }
  Task<Result<void>> put(std::span<const MessagePtr> messages) override;
  Task<Result<std::vector<offline::Slice>>> read(std::vector<offline::Span> spans) override;
  Task<Result<offline::Head>> head(const Conversation& conversation) override;
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override;
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
  using Rows = MessagesDisk::Inbox;

  // All with the disk's mutex held. inbox.cpp: the timeline; cursors.cpp: rows, devices and how far they are.
  void put(const Message& message);
  void recall(const Message& recall);
  void add_stay(const UserKey& user, const Conversation& conversation, StayEvent event);
  [[nodiscard]] offline::Slice read(const offline::Span& span, std::size_t& bytes) const;
  std::uint64_t expire(const Conversation& conversation, Millis before);
  [[nodiscard]] offline::Row row_of(const Rows::Reader& reader, const ReadingRights& rights) const;
  void make_known(const UserKey& user, const DeviceId& device);
  void forget_oldest(const UserKey& user);
  void move(const UserKey& user, const DeviceId& device, const Conversation& conversation, Seq seq);

  MessagesDisk& disk_;
  Rows& rows_ = disk_.inbox;
  std::optional<Conversation> swept_;  // the last one that `expire` looked at
};

}  // namespace godwit::engine::memory
