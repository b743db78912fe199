#include "app/maintenance/row_digest.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <cstring>

namespace godwit::app {
namespace {

/// "number:bytes" of each cell: no two rows come to the same.
std::string text_of(const TableRow& row, std::size_t cells) {
  std::string text;
  for (std::size_t i = 0; i < std::min(cells, row.size()); ++i) {
    const auto* number = std::get_if<std::int64_t>(&row[i]);
    const auto* bytes = std::get_if<std::string>(&row[i]);
    const auto shown = number != nullptr ? std::to_string(*number) : bytes != nullptr ? *bytes : std::string();
    text += number == nullptr && bytes == nullptr ? "-" : std::to_string(shown.size()) + ":" + shown;
  }
  return text;
}

std::array<std::uint64_t, 2> hash_of(const std::string& text) {
  std::array<std::uint64_t, 2> hash{};
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), sizeof hash,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  return hash;
}

/// For people: what names a row, without anything that a terminal would obey.
std::string name_of(const TableRow& row, std::size_t keys) {
  std::string name;
  for (std::size_t i = 0; i < std::min(keys, row.size()); ++i) {
    if (i > 0) name += '/';
    if (const auto* number = std::get_if<std::int64_t>(&row[i])) name += std::to_string(*number);
    if (const auto* bytes = std::get_if<std::string>(&row[i]))
      for (const char c : *bytes) name += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  }
  return name;
}

}  // namespace

std::size_t RowDigest::bucket_of(const TableRow& row, std::size_t keys) {
  return hash_of(text_of(row, keys))[0] % kBuckets;
}

void RowDigest::add(const TableRow& row) {
  const auto hash = hash_of(text_of(row, row.size()));
  auto& sum = buckets_[bucket_of(row, keys_)];
  ++count_;
  ++sum.count;
  sum.low += hash[0];
  sum.high += hash[1];
}

std::string RowDigest::hash() const {
  std::uint64_t all = 0;
  for (const auto& sum : buckets_) all += sum.low ^ sum.high;
  return fmt::format("{:016x}", all);
}

std::set<std::size_t> RowDigest::differing(const RowDigest& other) const {
  std::set<std::size_t> found;
  for (std::size_t i = 0; i < kBuckets; ++i)
    if (buckets_[i] != other.buckets_[i]) found.insert(i);
  return found;
}

void RowDifference::add(Side side, const TableRow& row) {
  if (RowDigest::bucket_of(row, keys_) != bucket_) return;
  const auto hash = hash_of(text_of(row, row.size()));
  auto& both = rows_[name_of(row, keys_)];
  (side == Side::source ? both.source : both.target) = fmt::format("{:016x}{:016x}", hash[0], hash[1]);
}

std::vector<std::string> RowDifference::names(std::size_t most) const {
  std::vector<std::string> names;
  for (const auto& [name, both] : rows_) {
    if (both.source == both.target) continue;
    if (names.size() == most) break;
    names.push_back(name + (!both.target   ? " is only in the directory"
                            : !both.source ? " is only in the engines"
                                           : " differs"));
  }
  return names;
}

}  // namespace godwit::app
