#pragma once
#include <fcntl.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "offline/role.hpp"
#include "service/fake_users.hpp"
#include "service/fake_call.hpp"

/// For the role's tests: its ports in memory, and the roles that it asks.
namespace godwit::offline::testing {

/// Both ports over plain maps: small and slow. One thread.
class MemoryInbox final : public Timeline, public CursorStore {
 public:
  Task<Result<void>> put(std::span<const MessagePtr> messages) override {
    for (const auto& message : messages) add(*message);
    co_return Result<void>();
  }
  Task<Result<std::vector<Slice>>> read(std::vector<Span> spans) override {
    std::vector<Slice> slices;
    for (const auto& span : spans) slices.push_back(slice(span));
    co_return slices;
  }
  Task<Result<Head>> head(const Conversation& conversation) override { co_return head_of(conversation); }
  Task<Result<OpenReaders>> readers(const Conversation& conversation) override {
    OpenReaders readers{.users = {}, .seq = head_of(conversation).seq};
    for (const auto& [key, rights] : rights_)
      if (key.second == conversation && rights.open()) readers.users.push_back(key.first);
    co_return readers;
  }
  Task<Result<Sweep>> expire(Millis before, std::size_t) override {
    Sweep sweep{.dropped = 0, .round_done = true};
    for (auto& [conversation, entries] : entries_) {
      while (entries.size() > 1 && entries.begin()->second->time < before) {
        floors_[conversation] = entries.begin()->first;
        entries.erase(entries.begin());
        ++sweep.dropped;
      }
    }
    co_return sweep;
  }

  Task<Result<std::vector<Row>>> rows(const UserKey& user, const DeviceId& device) override {
    std::vector<Row> rows;
    for (const auto& [key, unused] : rights_) {
      if (key.first != user) continue;
      rows.push_back(row_of(user, key.second));
      rows.back().cursor = cursors_[{user, device, key.second}];
    }
    co_return rows;
  }
  Task<Result<std::optional<Row>>> row(const UserKey& user, const Conversation& conversation) override {
    co_return rights_.contains({user, conversation}) ? std::optional(row_of(user, conversation)) : std::nullopt;
  }
  Task<Result<std::vector<Seq>>> read_positions(Readers readers) override {
    std::vector<Seq> reads;
    for (const auto& reader : readers) reads.push_back(reads_[reader]);
    co_return reads;
  }
  Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) override {
    auto& read = reads_[{user, conversation}];
    const bool moved = seq > read;
    read = std::max(read, seq);
    co_return Moved{.read = read, .moved = moved};
  }
  Task<Result<void>> adopt_device(const UserKey&, const DeviceId&) override { co_return Result<void>(); }
  Task<Result<bool>> knows_device(const UserKey&, const DeviceId&) override { co_return false; }
  Task<Result<std::vector<Result<Standing>>>> standings(const std::vector<Acknowledged>& devices) override {
    std::vector<Result<Standing>> all;
    for (const auto& [user, device, positions] : devices) {
      for (const auto& [conversation, seq] : positions) {
        if (rights_.contains({user, conversation}))
          all.emplace_back(Standing{head_of(conversation).seq, cursors_[{user, device, conversation}]});
        else
          all.emplace_back(fail(Code::not_found));
      }
    }
    co_return all;
  }
  Task<Result<void>> advance(std::vector<Acknowledged> devices) override {
    ++advanced;
    for (const auto& [user, device, positions] : devices) {
      for (const auto& [conversation, seq] : positions) {
        auto& cursor = cursors_[{user, device, conversation}];
        cursor = std::max(cursor, seq);
      }
    }
    co_return Result<void>();
  }
  int advanced = 0;

 private:
  using Key = std::pair<UserKey, Conversation>;
  void add(const Message& message) {
    const auto& conversation = message.conversation;
    entries_[conversation][message.seq] = std::make_shared<const Message>(message);
    for (const auto& user : conversation.people()) rights_[{user, conversation}].add(StayEvent::join(1));
    for (const auto& user : message.joined) rights_[{user, conversation}].add(StayEvent::join(message.seq));
    for (const auto& user : message.left)
      rights_[{user, conversation}].add(StayEvent::leave(message.seq, message.time));
  }
  Slice slice(const Span& span) {
    Slice slice;
    for (const auto& [seq, message] : entries_[span.conversation]) {
      if (seq <= span.after || (span.before != 0 && seq >= span.before)) continue;
      if (message->time < span.since)
        slice.older = true;
      else
        slice.items.push_back(message);
    }
    if (slice.items.size() <= span.limit) return slice;
    slice.more = true;
    if (span.newest)
      slice.items.erase(slice.items.begin(), slice.items.end() - static_cast<std::ptrdiff_t>(span.limit));
    else
      slice.items.resize(span.limit);
    return slice;
  }
  Head head_of(const Conversation& conversation) {
    const auto& entries = entries_[conversation];
    return entries.empty() ? Head{} : Head{.seq = entries.rbegin()->first, .time = entries.rbegin()->second->time};
  }
  Row row_of(const UserKey& user, const Conversation& conversation) {
    const auto& rights = rights_[{user, conversation}];
    Row row;
    row.conversation = conversation;
    row.ranges = rights.ranges();
    row.left_at = rights.left_at();
    row.head = head_of(conversation);
    row.floor = floors_[conversation];
    row.read = reads_[{user, conversation}];
    return row;
  }

  std::map<Conversation, std::map<Seq, MessagePtr>> entries_;
  std::map<Conversation, Seq> floors_;
  std::map<Key, ReadingRights> rights_;
  std::map<Key, Seq> reads_;
  std::map<std::tuple<UserKey, DeviceId, Conversation>, Seq> cursors_;
};

class Bus final : public dispatch::Bus {
 public:
  void consume(dispatch::Topic, Handler given) override { handler = std::move(given); }
  void start() override {}
  void stop() override {}
  Task<Result<void>> settled(dispatch::Topic) override {
    if (!settles) co_return fail(Code::unavailable);
    co_return Result<void>();
  }
  [[nodiscard]] std::uint64_t lag(dispatch::Topic) const override { return 0; }
  Handler handler;
  bool settles = true;
};

class Users final : public user::FakeUsers {
 public:
  Task<Result<DirectRelation>> relation(const UserKey&, const UserKey& to) override {
    co_return DirectRelation{.exists = true, .friends = friends.contains(to.str()), .blocked = false};
  }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey&) override {
    auto awake = std::make_shared<std::vector<UserKey>>();
    for (const auto& key : friends) awake->emplace_back(key);
    co_return awake;
  }
  std::set<std::string> friends;
};

class Archive final : public archive::Service {
 public:
  Task<Result<MessagePtr>> find(const MessageId&) override { co_return fail(Code::not_found); }
  Task<Result<MessagePtr>> last_up_to(const Conversation&, Seq) override { co_return MessagePtr(); }
  Task<Result<std::uint64_t>> count_chat(const Conversation&, const UserKey&, Seq after, Seq up_to) override {
    asked.emplace_back(after, up_to);
    co_return chat_count;
  }
  std::uint64_t chat_count = 0;
  std::vector<std::pair<Seq, Seq>> asked;
};

class Dispatch final : public dispatch::Service {
 public:
  Task<Result<dispatch::Published>> publish(Message, std::string) override {
    co_return fail(Code::internal);
  }
  Task<void> announce_read(Identity, Conversation, Seq) override {
    ++announced;
    co_return;
  }
  Task<void> announce_typing(Identity, Conversation) override { co_return; }
  int announced = 0;
};

inline std::vector<Acknowledged> acked(const UserKey& user, const DeviceId& device, const Conversation& conversation,
                                       Seq seq) {
  std::vector<Acknowledged> one;
  one.push_back({.user = user, .device = device, .positions = {{conversation, seq}}});
  return one;
}

/// The value of "next" in a page; empty for null.
inline std::string next_of(const std::string& body) {
  const auto at = body.find(R"("next":")");
  if (at == std::string::npos) return {};
  return body.substr(at + 8, body.find('"', at + 8) - at - 8);
}

class World {
 public:
  World() { role.consume(); }

  template <class... M>
  void put(M... messages) {
    std::vector<MessagePtr> batch{std::make_shared<const Message>(std::move(messages))...};
    (void)sync_wait(bus.handler(batch));
  }

  /// `target`: a path, or for PUT the conversation whose read position is meant.
  gateway::Answer call(const std::string& method, const std::string& target, const UserKey& user,
                       const DeviceId& device, const std::string& query = "", const std::string& body = "") {
    return gateway::make_call(role.calls(), method, method == "PUT" ? "/v1/conversations/{id}/read" : target,
                              {.who = {.user = user, .session = SessionId("s"), .device = device},
                               .params = {target},
                               .query = query,
                               .body = body});
  }

  struct Pulled {
    std::vector<std::string> places;  ///< conversation#seq
    std::string next;
    bool complete = false;
  };
  Pulled pull(const UserKey& user, const DeviceId& device, std::size_t limit = 1000, const std::string& cursor = "") {
    const auto answer =
        call("GET", "/v1/offline", user, device, "limit=" + std::to_string(limit) + "&cursor=" + cursor);
    if (!answer) return {.places = {"failed: " + answer.error().detail}, .next = {}};
    Pulled pulled{
        .places = {}, .next = next_of(answer->body), .complete = answer->body.ends_with(R"("complete":true})")};
    const std::string mark = R"("conversation":")", mark_seq = R"("seq":)";
    for (auto at = answer->body.find(mark); at != std::string::npos; at = answer->body.find(mark, at + 1)) {
      const auto begin = at + mark.size(), seq = answer->body.find(mark_seq, begin) + mark_seq.size();
      pulled.places.push_back(answer->body.substr(begin, answer->body.find('"', begin) - begin) + "#" +
                              answer->body.substr(seq, answer->body.find(',', seq) - seq));
    }
    return pulled;
  }

  ManualClock clock{1'000'000};
  MemoryInbox inbox;
  Bus bus;
  Users users;
  Archive archive;
  Dispatch dispatch;

 private:
  int null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  Log log_{null_};
  Metrics metrics_;

 public:
  OfflineRole role{inbox, inbox, bus, users, archive, dispatch, Settings{}, clock, log_, metrics_};
};

}  // namespace godwit::offline::testing
