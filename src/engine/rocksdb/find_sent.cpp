#include "base/bytes.hpp"
#include "engine/rocksdb/ledger.hpp"

namespace godwit::rocks {

using dispatch::Published;

Task<Result<std::optional<Published>>> RocksdbLedger::find(const std::string& once) {
  // The answer is mostly "no", and filters in memory know it: only a maybe is worth another thread.
  std::string ignored;
  if (const Store::Use use(store_);
      use && !store_.db().KeyMayExist(::rocksdb::ReadOptions(), store_.family(Family::sent), once, &ignored))
    co_return std::nullopt;
  co_return co_await reads_.run([this, once]() -> Result<std::optional<Published>> {
    TRY(auto sent, read_sent(once));
    if (!sent) return std::nullopt;
    sent->published.repeated = true;
    return std::move(sent->published);
  });
}

Result<std::optional<RocksdbLedger::Sent>> RocksdbLedger::read_sent(std::string_view once) {
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store_.get(Family::sent, once, value));
  if (!found) return std::nullopt;
  return decode_sent(value.ToStringView());
}

Result<std::optional<RocksdbLedger::Sent>> RocksdbLedger::decode_sent(std::string_view value) {
  ByteReader reader(value);
  Sent sent;
  sent.published.seq = reader.varint();
  sent.published.time = static_cast<Millis>(reader.varint());
  sent.published.id = MessageId(reader.bytes(reader.varint()));
  sent.fingerprint = reader.rest();
  if (!reader.ok()) return std::unexpected(store_.damaged("an entry of what was sent"));
  return sent;
}

}  // namespace godwit::rocks
