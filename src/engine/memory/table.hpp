#pragma once
#include <map>
#include <memory>

namespace godwit::engine::memory {

/// Rows by key, ascending, shared by all copies of the table until one of them is changed: so a transaction is a copy,
/// and to undo it is to drop the copy. The first change costs time and memory in proportion to the table.
template <class Key, class Row>
class Table {
 public:
  using Rows = std::map<Key, Row>;

  /// As long as this table is not changed.
  [[nodiscard]] const Rows& rows() const { return *rows_; }
  [[nodiscard]] const Row* find(const Key& key) const {
    const auto found = rows_->find(key);
    return found == rows_->end() ? nullptr : &found->second;
  }

  /// Rows that are this copy's alone.
  Rows& change() {
    if (rows_.use_count() > 1) rows_ = std::make_shared<Rows>(*rows_);
    return *rows_;
  }
  /// The row to be changed; nullptr: there is none, and nothing was copied.
  Row* change(const Key& key) { return find(key) == nullptr ? nullptr : &change().find(key)->second; }

 private:
  std::shared_ptr<Rows> rows_ = std::make_shared<Rows>();
};

}  // namespace godwit::engine::memory
