#include "engine/sqlite/archive_writer.hpp"

namespace godwit::engine::sqlite {

Result<void> ArchiveWriter::change_readers(const Message& message, std::int64_t conversation) {
  for (const auto& user : message.joined) CHECK_OK(join(conversation, user, message.seq));
  for (const auto& user : message.left) CHECK_OK(leave(conversation, user, message.seq));
  return {};
}

Result<ReadRanges> ArchiveWriter::ranges(std::int64_t conversation, const UserKey& user) {
  const Reading reading(read_ranges_);
  read_ranges_.bind_text(1, user.str()).bind(2, conversation);
  std::vector<ReadRange> spans;
  for (;;) {
    TRY(const bool more, read_ranges_.step());
    if (!more) return ReadRanges(std::move(spans));
    spans.push_back({static_cast<Seq>(read_ranges_.integer(0)), static_cast<Seq>(read_ranges_.integer(1))});
  }
}

Result<void> ArchiveWriter::join(std::int64_t conversation, const UserKey& user, Seq seq) {
  TRY(auto known, ranges(conversation, user));
  const auto stays = known.spans().size();
  known.join(seq);
  if (known.spans().size() == stays) return {};
  return add_range_.bind_text(1, user.str()).bind(2, conversation).bind(3, static_cast<std::int64_t>(seq)).run();
}

Result<void> ArchiveWriter::leave(std::int64_t conversation, const UserKey& user, Seq seq) {
  TRY(auto known, ranges(conversation, user));
  known.leave(seq);
  if (known.empty() || known.spans().back().to == 0) return {};
  const auto& [first, last] = known.spans().back();
  end_range_.bind_text(1, user.str()).bind(2, conversation).bind(3, static_cast<std::int64_t>(first));
  return end_range_.bind(4, static_cast<std::int64_t>(last)).run();
}

}  // namespace godwit::engine::sqlite
