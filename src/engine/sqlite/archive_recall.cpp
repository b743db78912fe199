#include "engine/sqlite/index_terms.hpp"
#include "engine/sqlite/archive_writer.hpp"
#include "wire/record.hpp"

namespace godwit::engine::sqlite {

/// Whether a 208 was here before its target. Asked once: from then on the tombstone itself says so.
Result<bool> ArchiveWriter::was_recalled(const std::string& id) {
  CHECK_OK(take_recall_.bind_blob(1, id).run());
  return connection_.changes() > 0;
}

Result<void> ArchiveWriter::recall(const Message& recall) {
  const auto id = stored_id(recall.target);
  std::int64_t row = 0;
  {
    const Reading reading(find_id_);
    TRY(const bool found, find_id_.bind_blob(1, id).step());
    if (found) row = find_id_.integer(0);
  }
  return row == 0 ? add_recall_.bind_blob(1, id).run() : erase(row);
}

Result<void> ArchiveWriter::erase(std::int64_t row) {
  Message message;
  std::int64_t key = 0;
  std::size_t size = 0;
  {
    const Reading reading(read_message_);
    TRY(const bool found, read_message_.bind(1, row).step());
    if (!found) return fail(Code::unavailable, "an id without its message");
    key = read_message_.integer(0);
    const auto record = read_message_.blob(1);
    size = record.size();
    TRY(message, wire::decode_record(record));
  }
  if (message.recalled || !is_chat(message.type)) return {};
  if (is_indexed(row))
    leaving_.emplace(row, index_document(MessageKey::conversation_of(key), message.sender, message.text));
  message = without_text(std::move(message));
  // First over itself with nothing, of the same length: a long text's further pages would be set free with it in them.
  const std::string nothing(size, '\0');
  CHECK_OK(erase_message_.bind(1, row).bind_blob(2, nothing).run());
  const auto record = wire::encode_record(message);
  return erase_message_.bind(1, row).bind_blob(2, record).run();
}

/// At the end of the batch and in the order of rows: FTS5 writes a piece of index for each step back.
Result<void> ArchiveWriter::leave_index() {
  for (const auto& [row, document] : leaving_) CHECK_OK(drop_text_.bind(1, row).bind_text(2, document).run());
  leaving_.clear();
  return {};
}

}  // namespace godwit::engine::sqlite
