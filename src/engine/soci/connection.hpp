#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "engine/soci/dialect.hpp"

namespace soci {
class session;
class soci_error;
}  // namespace soci

namespace godwit::engine::soci {

/// A failure of the database as SOCI throws it; `code` is the database's own. Never leaves the engine.
struct StoreFailure {
  FailureKind kind = FailureKind::failed;
  int code = 0;
  std::string reason;  ///< repeats no bound value
  [[nodiscard]] bool is_constraint() const noexcept {
    return kind == FailureKind::duplicate || kind == FailureKind::constraint;
  }
  /// Everything since the transaction began is undone, and may be run again.
  [[nodiscard]] bool ends_transaction() const noexcept {
    return kind == FailureKind::conflict || kind == FailureKind::lost;
  }
};

/// One database's own end of a connection. Not thread-safe. Throws StoreFailure.
class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual ::soci::session& session() noexcept = 0;
  [[nodiscard]] virtual const Dialect& dialect() const noexcept = 0;
  /// One or more statements without parameters or answer.
  virtual void execute(const std::string& sql) = 0;
  /// Ends a transaction that failed; nothing where the database ended it already. False: it may be open still.
  [[nodiscard]] virtual bool roll_back() noexcept = 0;
  /// Whether what is committed from now on survives a power cut; a hint, where the database decides that for all.
  virtual void set_synced(bool synced) = 0;
  [[nodiscard]] virtual StoreFailure failure_of(const ::soci::soci_error& error) const = 0;
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
  /// Rows that the statement found, whether it made others of them or not.
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

/// One connection to the accounts, used by one thread at a time. Throws StoreFailure. After a failure that ends the
/// transaction every statement fails in the same way until it is rolled back: none runs outside of it by mistake.
class SociConnection {
 public:
  enum class Mode : char { reader, writer };
  explicit SociConnection(std::unique_ptr<Backend> backend);
  ~SociConnection();
  SociConnection(const SociConnection&) = delete;
  SociConnection& operator=(const SociConnection&) = delete;

  /// Runs `sql` (a literal with :names, each once, and words of the dialect) with the parameters in order. `columns`:
  /// one letter each, t text or n number. The answer is good until the same statement is run again; read it to its end.
  template <class... Parameter>
  SociQuery& run(std::string_view sql, std::string_view columns, const Parameter&... parameters) {
    SociQuery& query = prepared(sql, columns);
    std::size_t place = 0;
    (set(query, place++, parameters), ...);
    start(sql, query);
    return query;
  }
  using Cell = std::variant<std::int64_t, std::string>;
  /// Rows in one statement: see SociRows. `cells` row by row, `width` each; a whole number of rows.
  void insert(std::string_view into, std::size_t width, std::span<const Cell> cells);
  /// Without parameters or answer: CREATE, DELETE …
  void execute(const std::string& sql);
  void begin(std::string_view how);  ///< see Dialect
  void commit();
  void roll_back() noexcept;

  [[nodiscard]] const Dialect& dialect() const noexcept { return backend_->dialect(); }
  [[nodiscard]] Backend& backend() noexcept { return *backend_; }
  /// What ended the transaction that is open; nullptr: nothing did.
  [[nodiscard]] const StoreFailure* ended() const noexcept { return ended_ ? &*ended_ : nullptr; }

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
  void run_noted(SociQuery& query);
  void note(const StoreFailure& failure);

  std::unique_ptr<Backend> backend_;
  std::optional<StoreFailure> ended_;
  std::unordered_map<std::string_view, std::unique_ptr<SociQuery>> queries_;  // by literal; bounded by the source code
};

/// Opens a connection. Throws StoreFailure.
using Connect = std::function<std::unique_ptr<Backend>(SociConnection::Mode)>;

}  // namespace godwit::engine::soci
