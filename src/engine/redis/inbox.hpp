#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/loading_cache.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "engine/redis/client.hpp"
#include "engine/redis/lock.hpp"
#include "offline/cursor_store.hpp"
#include "offline/refill_store.hpp"
#include "offline/timeline.hpp"

namespace godwit::redis {

/// The inbox of any number of processes: each conversation's kept tail and its readers in keys of one slot, each user's
/// rows and devices in keys of another (README.md lists them). Every step of a write is idempotent and commutes with
/// every other, so what was interrupted between two keys is made whole when the bus delivers it again. Thread-safe;
/// several may put at once.
///   - acknowledgements, read positions and new devices are as durable as Redis was told to be (`appendfsync`).
///   - with a `refill` nothing is told of a user or a conversation before what is kept of them elsewhere was merged:
///   once in each run of Redis, which may have lost its last second before. Each says by itself in which run it was
///   made whole, or which filling is under way (`whole` beside its keys), so losing a slot is noticed as losing
///   everything is, and a filling over which what it fills was lost makes nothing whole.
///   - at most kSwept entries of one conversation go in a step of the sweep; what a clock ahead has left is seen among
///   as many of its oldest ones.
class RedisInbox final : public offline::Timeline, public offline::CursorStore {
 public:
  static constexpr std::size_t kSwept = 256;
  static constexpr std::size_t kMostDevices = 50;
  static constexpr int kFillings = 3;  ///< of one call, where what it needs is lost again and again

  /// `client` and `refill` outlive the inbox.
  RedisInbox(Client& client, Random& random, Log& log, offline::RefillStore* refill = nullptr)
      : client_(client), random_(random), log_(log), refill_(refill) {}

  /// About how many entries are kept: a figure, which a crash between two keys leaves wrong.
  Task<Result<std::uint64_t>> entries();

  Task<Result<std::string>> epoch() override;
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
  [[nodiscard]] std::string key(const Conversation& conversation, std::string_view what) const;
  [[nodiscard]] std::string key(const UserKey& user, std::string_view what) const;
  [[nodiscard]] std::string key(const UserKey& user, const DeviceId& device) const;

  // inbox_entries.cpp
  Task<Result<void>> put_entries(std::span<const MessagePtr> messages);
  Task<Result<void>> put_tombstones(std::span<const MessagePtr> messages, const std::vector<Conversation>& asked,
                                    const std::vector<Reply>& replies);
  using StaysOf = std::vector<std::pair<UserKey, std::string>> (*)(const Message& message);
  Task<Result<void>> put_rows(std::span<const MessagePtr> messages, StaysOf stays_of);
  Task<Result<void>> put_in_sweep(std::span<const MessagePtr> messages);
  [[nodiscard]] Command read_command(const offline::Span& span) const;
  [[nodiscard]] offline::Slice slice_of(const offline::Span& span, const Reply& reply, std::size_t& bytes) const;

  // sweep_inbox.cpp
  [[nodiscard]] Command sweep_command(const Conversation& conversation, Millis time) const;
  Task<Result<std::vector<Conversation>>> due(Millis before, std::size_t limit);

  // refill_inbox.cpp
  Task<Result<void>> refill(UserKey user);
  Task<Result<void>> load(UserKey user);
  Task<Result<offline::RefillStore::OfUser>> beyond(UserKey user, const offline::RefillStore::OfUser& kept);
  Task<Result<void>> keep_stays(const std::vector<offline::RefillStore::OfConversation>& kept);
  Task<Result<void>> refill(std::vector<Conversation> conversations);
  [[nodiscard]] Command refill_command(const offline::RefillStore::OfConversation& kept, offline::Head head,
                                       std::string name) const;
  Task<Result<bool>> put_again(offline::RefillStore::OfConversation kept, std::string name);
  Task<Result<void>> put_entries_of(offline::RefillStore::OfConversation kept, std::string name);
  [[nodiscard]] Command whole_command(const UserKey& user) const;

  // inbox_cursors.cpp
  /// Of a row's stays: "<place>[@<time>] …", in any order.
  [[nodiscard]] static ReadingRights rights_of(std::string_view stays);
  Task<Result<void>> add_missing(UserKey user, std::map<Conversation, ReadingRights>& rights,
                                 const std::vector<Reply>& heads);
  [[nodiscard]] std::vector<Command> standing_commands(const std::vector<offline::Acknowledged>& devices) const;
  [[nodiscard]] static std::vector<Conversation> missing_of(const std::vector<offline::Acknowledged>& devices,
                                                            const std::vector<Reply>& replies);
  /// The answers to the commands, given while all of the users were whole.
  Task<Result<std::vector<Reply>>> while_whole(std::vector<UserKey> users, std::vector<Command> commands);
  Task<Result<std::vector<Reply>>> user_replies(UserKey user, DeviceId device);
  Task<Result<std::vector<Reply>>> heads(std::vector<Conversation> conversations);
  [[nodiscard]] Command head_command(const Conversation& conversation) const;
  [[nodiscard]] Command device_command(const UserKey& user, const DeviceId& device, bool again,
                                       const std::vector<std::pair<Conversation, Seq>>& positions) const;
  Task<Result<void>> run_devices(std::vector<Command> commands, const std::vector<UserKey>& users);
  static std::unexpected<Error> lost_meanwhile() { return fail(Code::unavailable, "the inbox was lost meanwhile"); }
  /// The answers to all of them; an answer that is an error is the error.
  Task<Result<std::vector<Reply>>> all(std::vector<Command> commands);

  Client& client_;
  Random& random_;
  Log& log_;
  offline::RefillStore* const refill_;
  Lock lock_{client_};
  std::mutex epoch_mutex_;
  std::string epoch_;                          // with a `refill`: it never changes
  LoadingCache<UserKey, bool> refilling_{16};  // for their single flights alone
  LoadingCache<Conversation, bool> putting_{16};
};

}  // namespace godwit::redis
