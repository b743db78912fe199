#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace godwit::engine::sqlite {

/// A failure of SQLite as SOCI throws it; `code` is SQLite's own. Never leaves this folder.
struct StoreFailure {
  int code = 0;
  std::string reason;
  [[nodiscard]] bool is_constraint() const noexcept { return (code & 0xFF) == 19; }
  /// There is a row with this key already; `key`: as SQLite names it ("table.column, table.column"), or how that
  /// begins.
  [[nodiscard]] bool is_duplicate_of(std::string_view key) const noexcept {
    constexpr std::string_view kWhat = "UNIQUE constraint failed: ";
    const auto place = reason.find(kWhat);
    return is_constraint() && place != std::string::npos &&
           std::string_view(reason).substr(place + kWhat.size()).starts_with(key);
  }
};

/// One prepared statement, kept with its parameters and columns and run again and again. Not thread-safe. Throws
/// StoreFailure.
class SociQuery {
 public:
  ~SociQuery();
  SociQuery(const SociQuery&) = delete;
  SociQuery& operator=(const SociQuery&) = delete;

  [[nodiscard]] bool next();  ///< the next row; after the last one the statement holds no lock any more
  [[nodiscard]] const std::string& text(std::size_t column) const;
  [[nodiscard]] std::int64_t number(std::size_t column) const;
  [[nodiscard]] std::int64_t affected();

 private:
  friend class SociConnection;
  struct Impl;
  explicit SociQuery(std::unique_ptr<Impl> impl);
  void set(std::size_t place, std::string_view value);
  void set(std::size_t place, std::int64_t value);
  void set(std::size_t place, const std::optional<std::string>& value);
  void run();
  std::unique_ptr<Impl> impl_;
};

/// One connection to accounts.db, used by one thread at a time. Throws StoreFailure.
class SociConnection {
 public:
  enum class Mode : char { reader, writer };
  SociConnection(const std::string& path, Mode mode);
  ~SociConnection();
  SociConnection(const SociConnection&) = delete;
  SociConnection& operator=(const SociConnection&) = delete;

  /// Runs `sql` (a literal with :names, each once) with the parameters in order. `columns`: one letter each, t text or
  /// n number. The answer is good until the same statement is run again; read it to its end.
  template <class... Parameter>
  SociQuery& run(std::string_view sql, std::string_view columns, const Parameter&... parameters) {
    SociQuery& query = prepared(sql, columns);
    std::size_t place = 0;
    (set(query, place++, parameters), ...);
    start(sql, query);
    return query;
  }
  /// Without parameters or answer: BEGIN, PRAGMA, CREATE …
  void execute(const std::string& sql);
  /// Statements of this connection end with an error once `flag` is true.
  void interrupt_when(const std::atomic<bool>& flag);
  /// Ends a transaction that failed; nothing where SQLite ended it already.
  void roll_back() noexcept;

 private:
  template <class Value>
  static void set(SociQuery& query, std::size_t place, const Value& value) {
    if constexpr (std::is_integral_v<Value>)
      query.set(place, static_cast<std::int64_t>(value));
    else if constexpr (requires { value.str(); })
      query.set(place, std::string_view(value.str()));
    else if constexpr (std::is_same_v<Value, std::optional<std::string>>)
      query.set(place, value);
    else
      query.set(place, std::string_view(value));
  }
  SociQuery& prepared(std::string_view sql, std::string_view columns);
  void start(std::string_view sql, SociQuery& query);

  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::unordered_map<std::string_view, std::unique_ptr<SociQuery>> queries_;  // by literal; bounded by the source code
};

}  // namespace godwit::engine::sqlite
