#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "dispatch/ledger_store.hpp"
#include "engine/rocksdb/store.hpp"
#include "offline/positions.hpp"

namespace godwit::rocks {

/// A message store at rest, whose consumers have taken all of its log, read from end to end: nothing is changed. Each
/// walk hands over what there is of one kind, in an order that stays the same, and ends with the first error, which is
/// the sink's or names what is damaged. Blocks; one thread.
class StoreReader {
 public:
  [[nodiscard]] static Result<std::unique_ptr<StoreReader>> open(const std::filesystem::path& directory,
                                                                 const Clock& clock, Log& log);

  template <class... What>
  using Sink = std::function<Result<void>(What...)>;

  /// The ledger's, of each conversation.
  [[nodiscard]] Result<void> heads(const Sink<const Conversation&, dispatch::Head>& sink);
  [[nodiscard]] Result<void> sent(const Sink<dispatch::Sent>& sink);
  /// What waits in the inbox. Not what was recalled before it came, and has not come since.
  [[nodiscard]] Result<void> entries(const Sink<MessagePtr>& sink);
  /// Who joined and who left, of every conversation.
  [[nodiscard]] Result<void> stays(const Sink<dispatch::Stay>& sink);
  [[nodiscard]] Result<void> devices(const Sink<const UserKey&, const DeviceId&, Millis>& sink);
  using Position = offline::Positions::Move;
  [[nodiscard]] Result<void> read_positions(const Sink<Position>& sink);
  /// With an empty device: the furthest of all devices, those that were forgotten included.
  [[nodiscard]] Result<void> cursors(const Sink<Position>& sink);

 private:
  explicit StoreReader(std::unique_ptr<Store> store) : store_(std::move(store)) {}
  /// Every key of the family that begins with `prefix`, without it.
  [[nodiscard]] Result<void> walk(Family family, std::string_view prefix,
                                  const Sink<std::string_view, std::string_view>& sink);

  std::unique_ptr<Store> store_;
};

}  // namespace godwit::rocks
