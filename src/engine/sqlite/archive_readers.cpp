#include "engine/sqlite/archive_writer.hpp"

namespace godwit::engine::sqlite {

Result<void> ArchiveWriter::change_readers(const Message& message, std::int64_t conversation) {
  for (const auto& user : message.joined) CHECK_OK(add_event(conversation, user, StayEvent::join(message.seq)));
  for (const auto& user : message.left)
    CHECK_OK(add_event(conversation, user, StayEvent::leave(message.seq, message.time)));
  return {};
}

Result<void> ArchiveWriter::add_event(std::int64_t conversation, const UserKey& user, StayEvent event) {
  add_event_.bind_text(1, user.str()).bind(2, conversation).bind(3, static_cast<std::int64_t>(event.place));
  return add_event_.run();
}

}  // namespace godwit::engine::sqlite
