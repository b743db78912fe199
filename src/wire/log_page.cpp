#include "wire/log_page.hpp"

#include "base/bytes.hpp"
#include "wire/record.hpp"

namespace godwit::wire {
namespace {

constexpr char kVersion = 1;
constexpr std::uint64_t kMostRecords = 65'536;  // far above what a page may have: a count is no reason to take memory

std::unexpected<Error> damaged(std::string_view what) {
  return fail(Code::internal, "a page of the log is damaged: " + std::string(what));
}

/// The first page of what is left, which it takes away.
Result<LogPage> take_page(std::string_view& bytes) {
  if (bytes.empty() || bytes.front() != kVersion) return damaged("its version is unknown");
  ByteReader reader(bytes.substr(1));
  LogPage page;
  const auto shard = reader.varint();
  page.first = reader.varint();
  const auto count = reader.varint();
  if (!reader.ok() || shard >= kShards || page.first == 0 || count == 0 || count > kMostRecords)
    return damaged("its head");
  page.shard = static_cast<Shard>(shard);
  std::vector<std::uint64_t> lengths;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) lengths.push_back(reader.varint());
  const auto head = bytes.substr(0, bytes.size() - reader.left());
  const auto crc = reader.bytes(4);
  if (!reader.ok() || !has_crc(head, crc)) return damaged("its head's checksum differs");
  for (const auto length : lengths) {
    const auto record = reader.bytes(length);
    if (!reader.ok()) return damaged("it ends early");
    auto message = decode_record(record);
    page.messages.push_back(message ? std::make_shared<const Message>(std::move(*message)) : nullptr);
  }
  bytes.remove_prefix(bytes.size() - reader.left());
  return page;
}

}  // namespace

std::string encode_log_page(Shard shard, Position first, std::span<const std::string> records) {
  std::size_t bytes = 0;
  for (const auto& record : records) bytes += record.size() + 5;
  std::string out;
  out.reserve(bytes + 32);
  out += kVersion;
  put_varint(out, shard);
  put_varint(out, first);
  put_varint(out, records.size());
  for (const auto& record : records) put_varint(out, record.size());
  put_crc(out);
  for (const auto& record : records) out += record;
  return out;
}

Result<std::vector<LogPage>> decode_log_pages(std::string_view bytes) {
  std::vector<LogPage> pages;
  do {
    auto page = take_page(bytes);
    if (!page) return std::unexpected(std::move(page).error());
    pages.push_back(std::move(*page));
  } while (!bytes.empty());
  return pages;
}

}  // namespace godwit::wire
