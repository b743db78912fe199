#include "simulate/lossy_inbox.hpp"

#include <algorithm>

#include "base/planted.hpp"

namespace godwit::simulate {

using offline::Head;

/// A reader's rights lie with the reader and with the conversation: here once, for as long as either is there.
void InboxCache::forget(Saved& saved, std::size_t part) {
  const auto in_part = [part](const auto& whose) {
    return std::hash<std::remove_cvref_t<decltype(whose)>>()(whose) % kParts == part;
  };
  const auto of_first = [&](const auto& one) { return in_part(std::get<0>(one.first)); };
  const auto of_key = [&](const auto& one) { return in_part(one.first); };
  auto& rows = saved.rows;
  std::erase_if(rows.heads, of_key);
  std::erase_if(rows.floors, of_key);
  std::erase_if(rows.entries, of_first);
  std::erase_if(rows.recalled_early, of_first);
  std::erase_if(rows.rights, [&](const auto& one) { return of_first(one) && in_part(one.first.second); });
  std::erase_if(rows.read, of_first);
  std::erase_if(rows.furthest, of_first);
  std::erase_if(rows.devices, of_first);
  std::erase_if(rows.cursors, of_first);
  std::erase_if(saved.marks.users, of_key);
  std::erase_if(saved.marks.conversations, of_key);
  for (auto shard = part; shard < saved.applied.size(); shard += kParts) saved.applied[shard] = 0;
}

LossyInbox::Missing LossyInbox::users_of(const InboxCache& cache, const std::vector<UserKey>& users) {
  Missing missing;
  for (const auto& user : users)
    if (!cache.whole(user)) missing.users.insert(user);
  return missing;
}

void LossyInbox::add_of(const InboxCache& cache, const UserKey& user, const Conversation& conversation,
                        Missing& missing) {
  if (cache.disk.inbox.rights.contains({user, conversation}) && !cache.whole(conversation))
    missing.conversations.insert(conversation);
}

// ── the timeline ────────────────────────────────────────────────────────────────────────────────────────────────────

Task<Result<void>> LossyInbox::put(std::span<const MessagePtr> messages) {
  co_return co_await call_engine<Result<void>>(
      way_, [this, own = std::vector(messages.begin(), messages.end())] { return inner_.put(own); }, Repeat::harmless);
}

Task<Result<std::vector<offline::Slice>>> LossyInbox::read(std::vector<offline::Span> spans) {
  const auto needs = [spans](const InboxCache& cache) {
    Missing missing;
    for (const auto& span : spans)
      if (!cache.whole(span.conversation)) missing.conversations.insert(span.conversation);
    return missing;
  };
  return whole<Result<std::vector<offline::Slice>>>(needs, [this, spans] { return inner_.read(spans); });
}

Task<Result<Head>> LossyInbox::head(const Conversation& conversation) {
  const auto needs = [conversation](const InboxCache& cache) {
    Missing missing;
    if (!cache.whole(conversation)) missing.conversations.insert(conversation);
    return missing;
  };
  return whole<Result<Head>>(needs, [this, conversation] { return inner_.head(conversation); });
}

Task<Result<offline::OpenReaders>> LossyInbox::readers(const Conversation& conversation) {
  const auto needs = [conversation](const InboxCache& cache) {
    Missing missing;
    if (!cache.whole(conversation)) missing.conversations.insert(conversation);
    return missing;
  };
  return whole<Result<offline::OpenReaders>>(needs, [this, conversation] { return inner_.readers(conversation); });
}

Task<Result<offline::Timeline::Sweep>> LossyInbox::expire(Millis before, std::size_t conversations) {
  return call_engine<Result<Sweep>>(way_,
                                    [this, before, conversations] { return inner_.expire(before, conversations); });
}

// ── rows, devices and how far they are ──────────────────────────────────────────────────────────────────────────────

Task<Result<offline::UserRows>> LossyInbox::rows(const UserKey& user, const DeviceId& device) {
  const auto needs = [user](const InboxCache& cache) {
    auto missing = users_of(cache, {user});
    for (const auto& [reader, rights] : cache.disk.inbox.rights)
      if (reader.first == user) add_of(cache, user, reader.second, missing);
    return missing;
  };
  const auto rows = [this, user, device] { return inner_.rows(user, device); };
  CO_TRY(auto own, co_await whole<Result<offline::UserRows>>(needs, rows));
  if (own.known) co_return own;
  CO_TRY(const bool elsewhere, co_await refill_.knows_device(user, device));  // logged in while the cache was away?
  if (!elsewhere) co_return own;
  CO_CHECK(co_await load(user));
  co_return co_await whole<Result<offline::UserRows>>(needs, rows);
}

Task<Result<std::optional<offline::Row>>> LossyInbox::row(const UserKey& user, const Conversation& conversation) {
  const auto needs = [user, conversation](const InboxCache& cache) {
    auto missing = users_of(cache, {user});
    add_of(cache, user, conversation, missing);
    return missing;
  };
  return whole<Result<std::optional<offline::Row>>>(
      needs, [this, user, conversation] { return inner_.row(user, conversation); });
}

Task<Result<std::vector<Seq>>> LossyInbox::read_positions(Readers readers) {
  std::vector<UserKey> users;
  for (const auto& reader : readers) users.push_back(reader.first);
  return whole<Result<std::vector<Seq>>>([users](const InboxCache& cache) { return users_of(cache, users); },
                                         [this, readers] { return inner_.read_positions(readers); });
}

Task<Result<offline::CursorStore::Moved>> LossyInbox::set_read(const UserKey& user, const Conversation& conversation,
                                                               Seq seq) {
  return whole<Result<Moved>>([user](const InboxCache& cache) { return users_of(cache, {user}); },
                              [this, user, conversation, seq] { return inner_.set_read(user, conversation, seq); });
}

Task<Result<void>> LossyInbox::adopt_device(const UserKey& user, const DeviceId& device) {
  return whole<Result<void>>([user](const InboxCache& cache) { return users_of(cache, {user}); },
                             [this, user, device] { return inner_.adopt_device(user, device); });
}

Task<Result<bool>> LossyInbox::knows_device(const UserKey& user, const DeviceId& device) {
  CO_TRY(const bool here,
         co_await call_engine<Result<bool>>(way_, [this, user, device] { return inner_.knows_device(user, device); }));
  if (here) co_return true;
  co_return co_await refill_.knows_device(user, device);
}

Task<Result<std::vector<Result<offline::CursorStore::Standing>>>> LossyInbox::standings(
    const std::vector<offline::Acknowledged>& devices) {
  const auto needs = [devices](const InboxCache& cache) {
    Missing missing;
    for (const auto& one : devices) {
      missing.users.merge(users_of(cache, {one.user}).users);
      for (const auto& position : one.positions) add_of(cache, one.user, position.first, missing);
    }
    return missing;
  };
  return whole<Result<std::vector<Result<Standing>>>>(needs, [this, devices] { return inner_.standings(devices); });
}

Task<Result<void>> LossyInbox::advance(std::vector<offline::Acknowledged> devices) {
  std::vector<UserKey> users;
  for (const auto& one : devices) users.push_back(one.user);
  return whole<Result<void>>([users](const InboxCache& cache) { return users_of(cache, users); },
                             [this, devices] { return inner_.advance(devices); });
}

// ── what was lost ───────────────────────────────────────────────────────────────────────────────────────────────────

Task<Result<void>> LossyInbox::step(std::function<void()> change) {
  const auto run = [](std::function<void()> what) -> Task<Result<void>> {
    what();
    co_return Result<void>();
  };
  co_return co_await call_engine<Result<void>>(way_, [run, change] { return run(change); });
}

template <class Whose>
Task<Result<InboxCache::Mark>> LossyInbox::first_step(Whose whose) {
  const auto run = [](InboxCache& cache, Whose of) -> Task<Result<InboxCache::Mark>> {
    const auto name = cache.begin(cache.marks.of(of));
    if (planted(Bug::half_filled_trusted)) cache.marks.of(of).filling = 0;
    co_return name;
  };
  co_return co_await call_engine<Result<InboxCache::Mark>>(way_, [this, run, whose] { return run(cache_, whose); });
}

template <class Whose>
Task<Result<void>> LossyInbox::last_step(Whose whose, InboxCache::Mark name, std::function<void()> change) {
  const auto run = [](InboxCache& cache, Whose of, InboxCache::Mark began,
                      std::function<void()> what) -> Task<Result<void>> {
    auto& mark = cache.marks.of(of);
    if (!cache.ends(mark, began)) co_return fail(Code::unavailable, "the inbox was lost meanwhile");
    what();
    mark.filling = 0;
    co_return Result<void>();
  };
  co_return co_await call_engine<Result<void>>(
      way_, [this, run, whose, name, change] { return run(cache_, whose, name, change); });
}

Task<Result<void>> LossyInbox::refill(Missing missing) {
  for (const auto& user : missing.users) CO_CHECK(co_await load(user));
  if (missing.conversations.empty()) co_return Result<void>();
  std::vector<InboxCache::Mark> names;
  for (const auto& one : missing.conversations) {
    CO_TRY(names.emplace_back(), co_await first_step(one));
  }
  CO_TRY(auto kept, co_await refill_.of_conversations({missing.conversations.begin(), missing.conversations.end()}));
  for (std::size_t i = 0; i < kept.size(); ++i) CO_CHECK(co_await put_again(std::move(kept[i]), names[i]));
  co_return Result<void>();
}

Task<Result<void>> LossyInbox::load(UserKey user) {
  CO_TRY(const auto name, co_await first_step(user));
  CO_TRY(const auto kept, co_await refill_.of_user(user));
  CO_CHECK(co_await step([this, user, kept] { merge(user, kept); }));
  co_return co_await last_step(user, name, [] {});
}

Task<Result<void>> LossyInbox::put_again(offline::RefillStore::OfConversation kept, InboxCache::Mark name) {
  constexpr std::size_t kEntries = 3;  // so that there are several pieces
  auto head = kept.floor == kept.head.seq ? kept.head : Head{};
  for (Seq after = kept.floor; after < kept.head.seq;) {
    CO_TRY(const auto entries, co_await refill_.entries(kept.conversation, after, kEntries));
    if (!entries.empty()) CO_CHECK(co_await put(entries));
    if (entries.empty() && after == kept.floor) head = kept.head, kept.floor = head.seq;
    if (entries.size() < kEntries) break;
    after = entries.back()->seq;
  }
  co_return co_await last_step(kept.conversation, name, [this, kept, head] { merge(kept, head); });
}

void LossyInbox::merge(const UserKey& user, const offline::RefillStore::OfUser& kept) {
  auto& rows = cache_.disk.inbox;
  const auto forward = [](Seq& at, Seq seq) { at = std::max(at, seq); };
  for (const auto& [conversation, event] : kept.stays) rows.rights[{user, conversation}].add(event);
  for (const auto& [conversation, seq] : kept.positions.read) forward(rows.read[{user, conversation}], seq);
  for (const auto& [conversation, seq] : kept.positions.furthest) forward(rows.furthest[{user, conversation}], seq);
  for (const auto& [device, cursors] : kept.positions.devices) {
    if (!rows.devices.contains({user, device})) rows.devices[{user, device}] = ++rows.adoptions;
    for (const auto& [conversation, seq] : cursors) forward(rows.cursors[{user, device, conversation}], seq);
  }
}

/// The head comes last, and says that the rest is there.
void LossyInbox::merge(const offline::RefillStore::OfConversation& kept, Head head) {
  auto& rows = cache_.disk.inbox;
  const auto& conversation = kept.conversation;
  if (head.seq > rows.heads[conversation].seq) rows.heads[conversation] = head;
  auto floor = kept.floor;
  const auto oldest = rows.entries.lower_bound({conversation, 0});
  if (oldest != rows.entries.end() && oldest->first.first == conversation)
    floor = std::min(floor, oldest->first.second - 1);
  if (floor > rows.floors[conversation]) rows.floors[conversation] = floor;
  for (const auto& [user, event] : kept.stays) rows.rights[{user, conversation}].add(event);
}

}  // namespace godwit::simulate
