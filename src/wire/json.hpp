#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace godwit::wire {

/// A JSON object being read: take every field, then ask `verdict` once; it names all that were missing or of a wrong
/// type (422). Unknown fields are ignored. Strings are UTF-8, proven.
class Fields {
 public:
  /// malformed_json (also for anything that is not an object, over 32 levels, or not UTF-8).
  [[nodiscard]] static Result<Fields> parse(std::string_view text);

  std::string text(std::string_view name);                       ///< required
  std::optional<std::string> maybe_text(std::string_view name);  ///< absent or null: nullopt
  std::int64_t integer(std::string_view name);                   ///< required; a whole number
  std::optional<std::int64_t> maybe_integer(std::string_view name);
  bool boolean(std::string_view name, bool otherwise);
  std::optional<Fields> object(std::string_view name);  ///< absent: nullopt; its verdict is its own, with "name.field"
  std::vector<std::string> texts(std::string_view name, bool required);  ///< an array of strings
  [[nodiscard]] bool has(std::string_view name) const;                   ///< there, null included
  [[nodiscard]] bool is_null(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;

  /// Records a complaint of the caller's own: "must be approval, open or closed".
  void reject(std::string_view name, std::string reason);
  /// Records the failure of a domain check about a field (its own field names are taken over).
  void require(const Result<void>& checked);
  [[nodiscard]] Result<void> verdict() const;

 private:
  struct Impl;
  explicit Fields(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

/// Writes JSON by appending; commas are its business. No checks of nesting: the caller closes what it opened.
class JsonWriter {
 public:
  JsonWriter() { out_.reserve(256); }  // one piece for most

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  ///< a value that is JSON already

  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).string(value); }
  JsonWriter& field(std::string_view name, const char* value) { return key(name).string(value); }
  JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  JsonWriter& field(std::string_view name, std::uint64_t value) {
    return key(name).integer(static_cast<std::int64_t>(value));
  }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void separate();
  std::string out_;
  bool comma_ = false;
};

}  // namespace godwit::wire
