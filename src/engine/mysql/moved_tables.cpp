#include "engine/mysql/moved_tables.hpp"

#include <iterator>

#include "engine/mysql/positions.hpp"
#include "wire/record.hpp"

namespace godwit::mysql {
namespace {

Cell number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

TableRow position_row(const offline::Positions::Move& position, Positions::Kind kind) {
  return {position.user.str(), number(static_cast<unsigned>(kind)), position.device.str(), position.conversation.name(),
          number(position.seq)};
}

}  // namespace

TableRow row_of(const Conversation& conversation, const dispatch::Head& head) {
  return {conversation.name(), number(head.seq), head.time};
}

TableRow row_of(const dispatch::Sent& sent) {
  return {sent.once, sent.fingerprint, sent.id.str(), number(sent.seq), sent.time};
}

TableRow row_of(const dispatch::Stay& stay) {
  return {stay.conversation.name(), stay.user.str(), number(stay.event.place), stay.event.time};
}

TableRow row_of(const Message& message) {
  return {message.conversation.name(), number(message.seq), message.time, wire::encode_record(message)};
}

TableRow numbered(Shard shard, Position position, TableRow message) {
  TableRow row{number(shard), number(position)};
  std::ranges::move(message, std::back_inserter(row));
  return row;
}

TableRow row_of(const UserKey& user, const DeviceId& device, Millis adopted) {
  return {user.str(), device.str(), adopted};
}

TableRow row_of_read(const offline::Positions::Move& position) { return position_row(position, Positions::Kind::read); }

TableRow row_of_cursor(const offline::Positions::Move& position) {
  return position_row(position, position.device.empty() ? Positions::Kind::forgotten : Positions::Kind::cursor);
}

}  // namespace godwit::mysql
