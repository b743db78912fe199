#include <algorithm>

#include "offline/role.hpp"

namespace godwit::offline {
namespace {

constexpr std::size_t kPiece = 1'000;

/// Messages of others with after < seq ≤ up_to, in the kept tail.
Task<Result<std::uint64_t>> count_kept(Timeline& timeline, UserKey user, Conversation conversation, Seq after,
                                       Seq up_to) {
  std::uint64_t count = 0;
  while (after < up_to) {
    std::vector<Span> spans{{.conversation = conversation, .after = after, .before = up_to + 1, .limit = kPiece}};
    CO_TRY(const auto slices, co_await timeline.read(std::move(spans)));
    const auto& slice = slices.front();
    for (const auto& message : slice.items) count += is_chat(message->type) && message->sender != user.str() ? 1 : 0;
    if (!slice.more || slice.items.empty()) break;
    after = slice.items.back()->seq;
  }
  co_return count;
}

}  // namespace

Task<Result<std::uint64_t>> OfflineRole::unread_of(Stores from, const UserKey& user, const Row& row) {
  const auto last = row.ranges.last_readable(row.head.seq);
  if (last <= row.read) co_return std::uint64_t{0};
  UnreadCounts::Counted counted{.above = row.read, .up_to = row.read};
  if (const auto before = counts_.find(user, row.conversation);
      before && before->above == row.read && before->up_to <= last)
    counted = *before;
  Seq floor = row.floor;
  if (counted.up_to < last) {  // a list's rows come without
    CO_TRY(const auto whole, co_await from.cursors->row(user, row.conversation));
    if (whole) floor = whole->floor;
  }
  for (const auto& stay : row.ranges.spans()) {
    auto after = std::max(counted.up_to, stay.from - 1);
    const auto up_to = stay.to == 0 ? last : std::min(last, stay.to);
    if (after >= up_to) continue;
    if (after < floor) {  // beyond the kept tail
      CO_TRY(const auto old, co_await archive_.count_chat(row.conversation, user, after, std::min(floor, up_to)));
      counted.count += old;
      after = floor;
    }
    CO_TRY(const auto kept, co_await count_kept(*from.timeline, user, row.conversation, after, up_to));
    counted.count += kept;
  }
  counted.up_to = last;
  counts_.remember(user, row.conversation, counted);
  co_return counted.count;
}

}  // namespace godwit::offline
