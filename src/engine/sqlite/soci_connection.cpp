#include "engine/sqlite/soci_connection.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>  // puts sqlite3.h into its namespace sqlite_api

#include <exception>

namespace godwit::engine::sqlite {
namespace {
/// Translates whatever SOCI throws while `work` runs. Its what() repeats the bound values, among them password hashes:
/// what went wrong alone is passed on.
template <class Work>
auto translated(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const soci::sqlite3_soci_error& error) {
    throw StoreFailure{.code = error.result(), .reason = error.get_error_message()};
  } catch (const soci::soci_error& error) {
    throw StoreFailure{.code = SQLITE_ERROR, .reason = error.get_error_message()};
  }
}

struct Slot {
  std::string text;
  long long number = 0;
  soci::indicator indicator = soci::i_ok;
  bool is_text = false;
};
}  // namespace

struct SociQuery::Impl {
  Impl(soci::session& s, std::string_view sql_text, std::string_view columns)
      : session(s), sql(sql_text), statement(s) {
    for (const char kind : columns) {
      auto& slot = outputs.emplace_back();
      slot.is_text = kind == 't';
    }
  }

  // The first run knows what the parameters are; from then on only their values change.
  void prepare() {
    for (auto& slot : inputs) {
      if (slot.is_text)
        statement.exchange(soci::use(slot.text, slot.indicator));
      else
        statement.exchange(soci::use(slot.number, slot.indicator));
    }
    for (auto& slot : outputs) {
      if (slot.is_text)
        statement.exchange(soci::into(slot.text, slot.indicator));
      else
        statement.exchange(soci::into(slot.number, slot.indicator));
    }
    statement.alloc();
    statement.prepare(sql);
    statement.define_and_bind();
    prepared = true;
  }

  soci::session& session;
  std::string sql;
  std::deque<Slot> inputs, outputs;  // addresses stay
  soci::statement statement;
  bool prepared = false, first = false, more = false;
};

SociQuery::SociQuery(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SociQuery::~SociQuery() = default;

void SociQuery::set(std::size_t place, std::string_view value) {
  if (impl_->inputs.size() <= place) impl_->inputs.resize(place + 1);
  auto& slot = impl_->inputs[place];
  slot.is_text = true;
  slot.indicator = soci::i_ok;
  slot.text.assign(value);
}

void SociQuery::set(std::size_t place, std::int64_t value) {
  if (impl_->inputs.size() <= place) impl_->inputs.resize(place + 1);
  auto& slot = impl_->inputs[place];
  slot.indicator = soci::i_ok;
  slot.number = value;
}

void SociQuery::set(std::size_t place, const std::optional<std::string>& value) {
  set(place, std::string_view(value ? *value : std::string{}));
  if (!value) impl_->inputs[place].indicator = soci::i_null;
}

void SociQuery::run() {
  translated([&] {
    if (!impl_->prepared) impl_->prepare();
    impl_->more = impl_->statement.execute(true) && !impl_->outputs.empty();
    impl_->first = impl_->more;
  });
}

bool SociQuery::next() {
  if (impl_->first) {
    impl_->first = false;
    return true;
  }
  if (impl_->more) impl_->more = translated([&] { return impl_->statement.fetch(); });
  return impl_->more;
}

const std::string& SociQuery::text(std::size_t column) const { return impl_->outputs[column].text; }
std::int64_t SociQuery::number(std::size_t column) const { return impl_->outputs[column].number; }
std::int64_t SociQuery::affected() { return impl_->statement.get_affected_rows(); }

struct SociConnection::Impl {
  explicit Impl(const std::string& path) : session(soci::sqlite3, "dbname=\"" + path + "\" timeout=10") {}
  // The library hides this class's type information, which UBSan's check of the cast would need.
  [[nodiscard]] [[clang::no_sanitize("vptr")]] sqlite_api::sqlite3* native() {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
  }
  soci::session session;
};

SociConnection::SociConnection(const std::string& path, Mode mode) {
  impl_ = translated([&] { return std::make_unique<Impl>(path); });
  execute("PRAGMA foreign_keys=ON");
  execute("PRAGMA cache_size=-2048");
  execute("PRAGMA temp_store=MEMORY");
  if (mode == Mode::writer) {
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=FULL");
  } else {
    execute("PRAGMA query_only=ON");
  }
}

SociConnection::~SociConnection() { queries_.clear(); }

void SociConnection::execute(const std::string& sql) {
  char* reason = nullptr;
  const int code = sqlite_api::sqlite3_exec(impl_->native(), sql.c_str(), nullptr, nullptr, &reason);
  if (code == SQLITE_OK) return;
  StoreFailure failure{.code = code, .reason = reason != nullptr ? reason : sqlite_api::sqlite3_errstr(code)};
  sqlite_api::sqlite3_free(reason);
  throw failure;
}

void SociConnection::interrupt_when(const std::atomic<bool>& flag) {
  constexpr int kInstructions = 100;
  const auto look = [](void* seen) { return static_cast<const std::atomic<bool>*>(seen)->load() ? 1 : 0; };
  sqlite_api::sqlite3_progress_handler(impl_->native(), kInstructions, look, const_cast<std::atomic<bool>*>(&flag));
}

void SociConnection::roll_back() noexcept {
  if (sqlite_api::sqlite3_get_autocommit(impl_->native()) == 0)
    sqlite_api::sqlite3_exec(impl_->native(), "ROLLBACK", nullptr, nullptr, nullptr);
}

SociQuery& SociConnection::prepared(std::string_view sql, std::string_view columns) {
  auto& query = queries_[sql];
  if (query == nullptr) {
    query = translated([&] {
      return std::unique_ptr<SociQuery>(new SociQuery(std::make_unique<SociQuery::Impl>(impl_->session, sql, columns)));
    });
  }
  return *query;
}

void SociConnection::start(std::string_view sql, SociQuery& query) {
  try {
    query.run();
  } catch (...) {
    queries_.erase(sql);  // whatever state it is in, the next run begins with a new one
    throw;
  }
}

}  // namespace godwit::engine::sqlite
