#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/table_row.hpp"

namespace godwit::app {

/// How many rows there are, and a hash of all of them in whatever order they came: of two stores that ought to have the
/// same. A number and its digits count as the same; NULL and no bytes do not.
class RowDigest {
 public:
  /// `keys`: so many of the first cells name a row.
  explicit RowDigest(std::size_t keys) : keys_(keys) {}

  void add(const TableRow& row);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::string hash() const;  ///< 16 hex digits
  [[nodiscard]] bool operator==(const RowDigest& other) const noexcept { return buckets_ == other.buckets_; }
  /// Where rows lie whose like the other has not.
  [[nodiscard]] std::set<std::size_t> differing(const RowDigest& other) const;

  static constexpr std::size_t kBuckets = 4096;
  [[nodiscard]] static std::size_t bucket_of(const TableRow& row, std::size_t keys);

 private:
  struct Sum {
    std::uint64_t count = 0, low = 0, high = 0;
    friend bool operator==(const Sum&, const Sum&) = default;
  };
  std::size_t keys_;
  std::uint64_t count_ = 0;
  std::array<Sum, kBuckets> buckets_{};
};

/// The rows of one bucket that differs, of both sides: to name some of them.
class RowDifference {
 public:
  RowDifference(std::size_t keys, std::size_t bucket) : keys_(keys), bucket_(bucket) {}

  enum class Side : std::uint8_t { source, target };
  void add(Side side, const TableRow& row);
  /// "alice only there", "u:ann:bob/4 differs" …: `most` of them.
  [[nodiscard]] std::vector<std::string> names(std::size_t most) const;

 private:
  struct Both {
    std::optional<std::string> source, target;  // hashes
  };
  std::size_t keys_, bucket_;
  std::map<std::string, Both> rows_;
};

}  // namespace godwit::app
