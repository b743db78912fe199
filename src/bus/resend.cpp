#include "bus/resend.hpp"

#include "bus/letter_place.hpp"
#include "wire/log_page.hpp"
#include "wire/record.hpp"

namespace godwit::bus {

Task<Result<void>> resend(dispatch::Broker& broker, const dispatch::DeadLetter& letter) {
  if (!wire::decode_record(letter.record)) co_return fail(Code::bad_parameter, "the record cannot be read");
  const auto [shard, position] = row_of_letter(letter.place.offset);
  auto page = wire::encode_log_page(shard, position, std::span(&letter.record, 1));
  co_return co_await broker.send(letter.place.topic, std::to_string(shard) + "/" + std::to_string(position),
                                 std::move(page));
}

}  // namespace godwit::bus
