#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "archive/archive_store.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "service/archive.hpp"
#include "service/bus.hpp"
#include "service/call_table.hpp"
#include "service/offline.hpp"
#include "service/routes.hpp"
#include "service/user.hpp"

namespace godwit::archive {

struct Settings {
  std::size_t search_characters = 128;  ///< of the longest text that may be searched for
};

/// A page of a conversation's history.
struct HistoryPage {
  std::vector<MessagePtr> items;  ///< ascending by seq
  bool more = false;              ///< something is left in the direction that was read
};

/// The archive role (消息存储服务): keeps what was sent, for ever, and finds it again: history, search, one by id.
/// Thread-safe: all state is in the store. The constructor registers the consumer of Topic::store; the bus is started
/// later.
class ArchiveRole final : public Service {
 public:
  ArchiveRole(ArchiveStore& store, dispatch::Bus& bus, user::Service& users, offline::Service& offline,
              Settings settings, const Clock& clock, Log& log, Metrics& metrics);

  Task<Result<MessagePtr>> find(const MessageId& id) override;
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override;
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override;

  /// What `reader` may read of the window, including what was answered and has not come here yet. not_found where the
  /// reader may not know of the conversation.
  Task<Result<HistoryPage>> read_history(UserKey reader, Conversation conversation, Window window);
  /// not_found where the query names a conversation that the reader may not know of.
  Task<Result<Hits>> search_messages(SearchQuery query);

  [[nodiscard]] gateway::RoleClient& calls() noexcept { return calls_; }
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }

 private:
  /// Takes a batch of the bus; an error has it come again.
  Task<Result<void>> store_messages(std::span<const MessagePtr> batch);
  Task<Result<ReadRanges>> readable(const UserKey& reader, const Conversation& conversation);
  Task<Result<void>> check_silent(const UserKey& reader, const Conversation& conversation);
  Task<Result<bool>> has_messages(const Conversation& conversation);
  Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, Window window);
  Task<Result<std::vector<MessagePtr>>> recent(const Conversation& conversation, const Window& window);

  ArchiveStore& store_;
  dispatch::Bus& bus_;
  user::Service& users_;
  offline::Service& offline_;
  Settings settings_;
  const Clock& clock_;
  Log& log_;
  Counter& stored_;
  Counter& refused_;
  Histogram& delay_;

  using Calls = gateway::CallTable<ArchiveRole>;
  static std::vector<Calls::Binding> bindings();
  Calls calls_{*this, kRoutes, bindings()};
};

}  // namespace godwit::archive
