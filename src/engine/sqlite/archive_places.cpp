#include <algorithm>

#include "engine/sqlite/archive_writer.hpp"

namespace godwit::engine::sqlite {
namespace {
constexpr std::size_t kConversationsKept = 100'000;
/// A conversation's next place is anywhere in the file, so each costs a page to write: tens of thousands together share
/// theirs.
constexpr std::int64_t kRecentPlaces = 32'768;
}  // namespace

Result<ArchiveWriter::Known*> ArchiveWriter::conversation(const Conversation& conversation) {
  if (const auto known = conversations_.find(conversation.name()); known != conversations_.end()) return &known->second;
  if (conversations_.size() >= kConversationsKept) conversations_.clear();
  TRY(const auto known, load_conversation(conversation));
  return &conversations_.emplace(conversation.name(), known).first->second;
}

/// Makes it where it is not there, and its two people or its owner its readers.
Result<ArchiveWriter::Known> ArchiveWriter::load_conversation(const Conversation& conversation) {
  {
    const Reading reading(find_conversation_);
    TRY(const bool found, find_conversation_.bind_text(1, conversation.name()).step());
    if (found) {
      const auto id = find_conversation_.integer(0);
      const Reading last(last_place_);
      TRY(const bool answered,
          last_place_.bind(1, MessageKey::make(id, 0)).bind(2, MessageKey::make(id, MessageKey::kLastSeq)).step());
      return Known{.id = id, .head = answered ? MessageKey::seq_of(last_place_.integer(0)) : 0};
    }
  }
  CHECK_OK(add_conversation_.bind_text(1, conversation.name()).run());
  const auto id = connection_.last_row();
  for (const auto& user : conversation.people()) CHECK_OK(add_event(id, user, StayEvent::join(1)));
  return Known{.id = id, .head = 0};
}

/// False where another message has the seq.
Result<bool> ArchiveWriter::take_place(Known& known, const Message& message, std::int64_t row) {
  const auto key = MessageKey::make(known.id, message.seq);
  if (message.seq <= known.head) {
    TRY(const bool taken, is_taken(key));
    if (taken) return false;
  }
  known.head = std::max(known.head, message.seq);
  CHECK_OK(
      add_place_.bind(1, key).bind(2, row).bind(3, is_chat(message.type) ? writer_number(message.sender) : 0).run());
  ++recent_places_;
  return true;
}

Result<bool> ArchiveWriter::is_taken(std::int64_t key) {
  const Reading reading(find_place_);
  return find_place_.bind(1, key).step();
}

Result<void> ArchiveWriter::settle_places() {
  if (recent_places_ < kRecentPlaces) return {};
  CHECK_OK(connection_.run(
      "INSERT INTO places SELECT key, row, writer FROM recent_places ORDER BY key; DELETE FROM recent_places"));
  recent_places_ = 0;
  return {};
}

}  // namespace godwit::engine::sqlite
