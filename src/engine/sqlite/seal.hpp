#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace godwit::engine::sqlite {

/// What SQLite does not keep of a database by itself, in a file beside it (path + "-seal", docs/formats.md): a sum of
/// each page, and how far the write-ahead log was synced. With it a changed page and a log that lost its end are named.
/// A page's sum is as durable as the page: it is synced before SQLite may forget the log that the page is also in.
class Seal {
 public:
  static constexpr std::size_t kPage = 4096;

  /// Of a database at rest: makes the seal where there is none, or holds the write-ahead log against it. unavailable,
  /// with a sentence that says what to do: the log is shorter than what was synced, or damaged before that.
  [[nodiscard]] static Result<void> prepare(const std::string& database);

  [[nodiscard]] static bool exists(const std::string& database);
  /// The database's; nullopt where there is none, or it cannot be opened.
  [[nodiscard]] static std::optional<Seal> open(const std::string& database);
  Seal(Seal&& other) noexcept;
  Seal& operator=(Seal&&) = delete;
  ~Seal();

  /// The log's content up to `length`, known by the salt of its frames. 0: nothing that must be there.
  struct LogMark {
    std::uint64_t salt = 0, length = 0;
  };
  [[nodiscard]] LogMark log() const;
  void log_synced(const LogMark& mark);
  /// Before its first bytes are overwritten or it is removed: false, and this must not be done.
  [[nodiscard]] bool log_begins_anew();

  /// False: the page must count as not written.
  [[nodiscard]] bool page_written(std::int64_t offset, std::string_view page);
  [[nodiscard]] bool page_checks(std::int64_t offset, std::string_view page) const;
  void truncated(std::int64_t size);
  [[nodiscard]] bool sync();

 private:
  explicit Seal(int file) : file_(file) {}
  bool write_log(const LogMark& mark);
  int file_;
};

}  // namespace godwit::engine::sqlite
