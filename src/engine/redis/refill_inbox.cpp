#include <algorithm>
#include <map>
#include <utility>

#include "engine/redis/inbox.hpp"
#include "engine/redis/inbox_scripts.hpp"

namespace godwit::redis {

using std::chrono::milliseconds;

namespace {
constexpr std::size_t kPairs = 2000;                                   // of one script's arguments
constexpr std::size_t kEntries = 1000;                                 // put at a time
constexpr milliseconds kLongest{10'000}, kPatience{2'000}, kLook{50};  // of the lock on a group that is filled again

std::string text_of(const StayEvent& event) {
  const auto place = std::to_string(event.place);
  return event.leaves() ? place + "@" + std::to_string(event.time) : place;
}

/// `of` in pieces, each with `first` in front.
std::vector<std::vector<std::string>> pieces(const std::string& first, const offline::UserPositions::Of& of) {
  std::vector<std::vector<std::string>> all{{first}};
  for (const auto& [conversation, seq] : of) {
    if (all.back().size() > 2 * kPairs) all.push_back({first});
    all.back().push_back(conversation.name());
    all.back().push_back(std::to_string(seq));
  }
  return all;
}
template <class Whose>
bool has(const std::vector<std::pair<Whose, StayEvent>>& stays, const Whose& whose, const StayEvent& event) {
  return std::ranges::any_of(stays,
                             [&](const auto& stay) { return stay.first == whose && stay.second.place == event.place; });
}

/// Those of the hash that are further than `kept`.
offline::UserPositions::Of ahead(const Reply& hash, const offline::UserPositions::Of& kept) {
  const std::map<Conversation, Seq> before(kept.begin(), kept.end());
  offline::UserPositions::Of further;
  for (std::size_t i = 0; i + 1 < hash.size(); i += 2) {
    const auto conversation = Conversation::parse(hash.at(i).text);
    const auto seq = static_cast<Seq>(hash.at(i + 1).integer());
    if (!conversation) continue;
    const auto at = before.find(*conversation);
    if (seq > (at == before.end() ? 0 : at->second)) further.emplace_back(*conversation, seq);
  }
  return further;
}
}  // namespace

Command RedisInbox::whole_command(const UserKey& user) const {
  return inbox_scripts::whole().call({key(user, "whole")}, {});
}

Task<Result<void>> RedisInbox::refill(UserKey user) {
  CO_CHECK(co_await refilling_.get(
      user,
      [&] {
        return [](RedisInbox& self, UserKey own) -> Task<Result<bool>> {
          CO_CHECK(co_await self.load(std::move(own)));
          co_return true;
        }(*this, user);
      },
      /*trust_kept=*/false));
  co_return Result<void>();
}

/// All that Redis has of the user, but entries and what is kept of them elsewhere already.
Task<Result<offline::RefillStore::OfUser>> RedisInbox::beyond(UserKey user, const offline::RefillStore::OfUser& kept) {
  std::vector<Command> commands{{.words = {"HGETALL", key(user, "stays")}},
                                {.words = {"HGETALL", key(user, "read")}},
                                {.words = {"ZRANGE", key(user, "devices"), "0", "-1"}}};
  CO_TRY(const auto own, co_await all(std::move(commands)));
  offline::RefillStore::OfUser more;
  for (std::size_t i = 0; i + 1 < own[0].size(); i += 2) {
    const auto conversation = Conversation::parse(own[0].at(i).text);
    const auto rights = rights_of(own[0].at(i + 1).text);
    for (const auto& event : rights.events())
      if (conversation && !has(kept.stays, *conversation, event)) more.stays.emplace_back(*conversation, event);
  }
  more.positions.read = ahead(own[1], kept.positions.read);
  std::vector<Command> devices;
  for (std::size_t i = 0; i < own[2].size(); ++i)
    devices.push_back({.words = {"HGETALL", key(user, DeviceId(own[2].at(i).text))}});
  CO_TRY(const auto cursors, co_await all(std::move(devices)));
  for (std::size_t i = 0; i < cursors.size(); ++i) {
    const DeviceId id(own[2].at(i).text);
    const auto known = std::ranges::find(kept.positions.devices, id, &offline::UserPositions::Device::id);
    const bool strange = known == kept.positions.devices.end();
    auto of = ahead(cursors[i], strange ? offline::UserPositions::Of() : known->cursors);
    if (strange || !of.empty()) more.positions.devices.push_back({.id = id, .cursors = std::move(of)});
  }
  co_return more;
}

/// Two processes that do so at once do no harm: everything is merged. The mark comes last, in a call of its own: a
/// slot that moves may change the order within one. It is set where the name of the filling, which was there before
/// anything was read, still is: what came after that and was lost would be missing.
Task<Result<void>> RedisInbox::load(UserKey user) {
  const auto whole = key(user, "whole");
  CO_TRY(const auto name, co_await client_.run(inbox_scripts::begin_user().call({whole}, {random_.hex(16)})));
  CO_TRY(const auto kept, co_await refill_->of_user(user));
  CO_TRY(auto more, co_await beyond(user, kept));
  if (!more.stays.empty() || !more.positions.read.empty() || !more.positions.devices.empty())
    CO_CHECK(co_await refill_->keep(user, std::move(more)));
  std::vector<Command> commands;
  std::vector<std::string> stays;
  for (const auto& [conversation, event] : kept.stays) {
    stays.push_back(conversation.name());
    stays.push_back(text_of(event));
    if (stays.size() < 2 * kPairs && &event != &kept.stays.back().second) continue;
    commands.push_back(inbox_scripts::add_stays().call({key(user, "stays")}, std::exchange(stays, {})));
  }
  const auto add = [&](const std::string& name, const std::string& device, const offline::UserPositions::Of& of) {
    for (auto& piece : pieces(device, of))
      commands.push_back(inbox_scripts::refill_positions().call({name, key(user, "devices"), key(user, "adoptions")},
                                                                std::move(piece)));
  };
  add(key(user, "read"), {}, kept.positions.read);
  add(key(user, "furthest"), {}, kept.positions.furthest);
  for (const auto& [device, cursors] : kept.positions.devices) add(key(user, device), device.str(), cursors);
  CO_CHECK(co_await all(std::move(commands)));
  CO_TRY(const auto made, co_await client_.run(inbox_scripts::make_whole().call({whole}, {name.text})));
  if (made.integer() != 1) co_return lost_meanwhile();
  co_return Result<void>();
}

/// What of it the ledger still has is put as the bus puts it; what expired has left its stays, and a floor.
Task<Result<void>> RedisInbox::refill(std::vector<Conversation> conversations) {
  std::vector<Command> begin, end;
  for (const auto& one : conversations)
    begin.push_back(inbox_scripts::begin_conversation().call({key(one, "head")}, {random_.hex(16)}));
  CO_TRY(const auto names, co_await all(std::move(begin)));
  CO_TRY(const auto kept, co_await refill_->of_conversations(std::move(conversations)));
  CO_CHECK(co_await keep_stays(kept));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto& one = kept[i];
    if (one.floor == one.head.seq) {
      end.push_back(refill_command(one, one.head, names[i].text));
      continue;
    }
    CO_CHECK(co_await putting_.get(  // once for all of the process's readers of it
        one.conversation, [&] { return put_again(one, names[i].text); }, /*trust_kept=*/false));
  }
  CO_TRY(const auto ended, co_await all(std::move(end)));
  if (std::ranges::any_of(ended, [](const Reply& made) { return made.integer() != 1; })) co_return lost_meanwhile();
  co_return Result<void>();
}

/// Those of expired messages that Redis alone knows.
Task<Result<void>> RedisInbox::keep_stays(const std::vector<offline::RefillStore::OfConversation>& kept) {
  std::vector<Command> commands;
  for (const auto& one : kept) commands.push_back({.words = {"HGETALL", key(one.conversation, "stays")}});
  CO_TRY(const auto replies, co_await all(std::move(commands)));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::vector<std::pair<UserKey, StayEvent>> more;
    for (std::size_t j = 0; j + 1 < replies[i].size(); j += 2) {
      const UserKey user(replies[i].at(j).text);
      const auto rights = rights_of(replies[i].at(j + 1).text);
      for (const auto& event : rights.events())
        if (event.seq() <= kept[i].floor && !has(kept[i].stays, user, event)) more.emplace_back(user, event);
    }
    if (!more.empty()) CO_CHECK(co_await refill_->keep(kept[i].conversation, std::move(more)));
  }
  co_return Result<void>();
}

Command RedisInbox::refill_command(const offline::RefillStore::OfConversation& kept, offline::Head head,
                                   std::string name) const {
  std::vector<std::string> arguments{std::to_string(head.seq), std::to_string(head.time), std::to_string(kept.floor),
                                     std::move(name)};
  for (const auto& [user, event] : kept.stays) {
    arguments.push_back(user.str());
    arguments.push_back(text_of(event));
  }
  return inbox_scripts::refill_head().call(
      {key(kept.conversation, "log"), key(kept.conversation, "head"), key(kept.conversation, "stays")},
      std::move(arguments));
}

/// Three days of a group may be much, and all of its members come at once: one process puts them, the others wait for
/// it. Not for long: whoever holds the lock may be gone, and to put them twice does no harm.
Task<Result<bool>> RedisInbox::put_again(offline::RefillStore::OfConversation kept, std::string name) {
  const bool locked = kept.conversation.kind() == Conversation::Kind::group;
  const auto lock = key(kept.conversation, "filling");
  const auto token = random_.hex(16);
  for (auto waited = milliseconds(0); locked && waited < kPatience; waited += kLook) {
    CO_TRY(const bool mine, co_await lock_.take(lock, token, kLongest));
    if (mine) break;
    co_await sleep_for(client_.executor(), kLook);
    CO_TRY(const auto head, co_await client_.run(head_command(kept.conversation)));
    if (!head.at(3).is_nil()) co_return true;
  }
  const auto put = co_await put_entries_of(kept, std::move(name));
  if (locked) (void)co_await lock_.release(lock, token);  // else it runs out
  CO_CHECK(put);
  co_return true;
}

Task<Result<void>> RedisInbox::put_entries_of(offline::RefillStore::OfConversation kept, std::string name) {
  offline::Head head;  // theirs, as they are put
  for (Seq after = kept.floor;;) {
    CO_TRY(const auto entries, co_await refill_->entries(kept.conversation, after, kEntries));
    if (!entries.empty()) CO_CHECK(co_await put(entries));
    if (entries.empty() && after == kept.floor) {  // trimmed a moment ago
      head = kept.head;
      kept.floor = head.seq;
    }
    if (entries.size() < kEntries) break;
    after = entries.back()->seq;
  }
  CO_TRY(const auto made, co_await client_.run(refill_command(kept, head, std::move(name))));
  if (made.integer() != 1) co_return lost_meanwhile();
  co_return Result<void>();
}

}  // namespace godwit::redis
