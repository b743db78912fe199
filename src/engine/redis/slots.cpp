#include "engine/redis/slots.hpp"

#include <array>
#include <limits>

namespace godwit::redis {
namespace {

constexpr std::array<std::uint16_t, 256> kCrc = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte << 8U;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1U) ^ ((crc & 0x8000U) != 0 ? 0x1021U : 0U);
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}();

Result<Address> address_of(const Reply& node, const Address& asked) {
  const auto port = node.at(1).integer();
  if (port <= 0 || port > std::numeric_limits<std::uint16_t>::max())
    return fail(Code::internal, "CLUSTER SLOTS names a node without a port");
  const auto& host = node.at(0).text;
  return Address{.host = host.empty() || host == "?" ? asked.host : host, .port = static_cast<std::uint16_t>(port)};
}

}  // namespace

Slot slot_of(std::string_view key) noexcept {
  if (const auto open = key.find('{'); open != std::string_view::npos) {
    const auto close = key.find('}', open + 1);
    if (close != std::string_view::npos && close != open + 1) key = key.substr(open + 1, close - open - 1);
  }
  unsigned crc = 0;
  for (const char c : key) crc = ((crc << 8U) & 0xFFFFU) ^ kCrc[((crc >> 8U) ^ static_cast<unsigned char>(c)) & 0xFFU];
  return static_cast<Slot>(crc % kSlots);
}

Result<std::vector<SlotRange>> slot_ranges(const Reply& reply, const Address& asked) {
  if (reply.is_error()) return std::unexpected(error_of(reply));
  if (reply.kind != Reply::Kind::list) return fail(Code::internal, "CLUSTER SLOTS answered no list");
  std::vector<SlotRange> ranges;
  for (const auto& row : reply.elements) {
    const auto first = row.at(0).integer(), last = row.at(1).integer();
    if (row.size() < 3 || first < 0 || last < first || last >= static_cast<std::int64_t>(kSlots))
      return fail(Code::internal, "CLUSTER SLOTS answered a row without slots or nodes");
    SlotRange range{.first = static_cast<Slot>(first), .last = static_cast<Slot>(last), .primary = {}, .replicas = {}};
    TRY(range.primary, address_of(row.at(2), asked));
    for (std::size_t i = 3; i < row.size(); ++i) {
      TRY(auto replica, address_of(row.at(i), asked));
      range.replicas.push_back(std::move(replica));
    }
    ranges.push_back(std::move(range));
  }
  return ranges;
}

}  // namespace godwit::redis
