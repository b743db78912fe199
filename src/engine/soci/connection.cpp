#include "engine/soci/connection.hpp"

#include <soci/soci.h>

#include <deque>

namespace godwit::engine::soci {
namespace {
/// Translates whatever SOCI throws while `work` runs.
template <class Work>
auto translated(const Backend& backend, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const ::soci::soci_error& error) {
    throw backend.failure_of(error);
  }
}

struct Slot {
  std::string text;
  long long number = 0;
  ::soci::indicator indicator = ::soci::i_ok;
  bool is_text = false;
};
}  // namespace

struct SociQuery::Impl {
  Impl(Backend& b, std::string_view sql_text, std::string_view columns)
      : backend(b), sql(b.dialect().expand(sql_text)), statement(b.session()) {
    for (const char kind : columns) {
      auto& slot = outputs.emplace_back();
      slot.is_text = kind == 't';
    }
  }

  // The first run knows what the parameters are; from then on only their values change.
  void prepare() {
    for (auto& slot : inputs) {
      if (slot.is_text)
        statement.exchange(::soci::use(slot.text, slot.indicator));
      else
        statement.exchange(::soci::use(slot.number, slot.indicator));
    }
    for (auto& slot : outputs) {
      if (slot.is_text)
        statement.exchange(::soci::into(slot.text, slot.indicator));
      else
        statement.exchange(::soci::into(slot.number, slot.indicator));
    }
    statement.alloc();
    statement.prepare(sql);
    statement.define_and_bind();
    prepared = true;
  }

  Backend& backend;
  std::string sql;
  std::deque<Slot> inputs, outputs;  // addresses stay
  ::soci::statement statement;
  bool prepared = false, first = false, more = false;
};

SociQuery::SociQuery(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SociQuery::~SociQuery() = default;

void SociQuery::set(std::size_t place, std::string_view value) {
  if (impl_->inputs.size() <= place) impl_->inputs.resize(place + 1);
  auto& slot = impl_->inputs[place];
  slot.is_text = true;
  slot.indicator = ::soci::i_ok;
  slot.text.assign(value);
}

void SociQuery::set(std::size_t place, std::int64_t value) {
  if (impl_->inputs.size() <= place) impl_->inputs.resize(place + 1);
  auto& slot = impl_->inputs[place];
  slot.indicator = ::soci::i_ok;
  slot.number = value;
}

void SociQuery::set(std::size_t place, const std::optional<std::string>& value) {
  set(place, std::string_view(value ? *value : std::string{}));
  if (!value) impl_->inputs[place].indicator = ::soci::i_null;
}

void SociQuery::run() {
  translated(impl_->backend, [&] {
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
  if (impl_->more) impl_->more = translated(impl_->backend, [&] { return impl_->statement.fetch(); });
  return impl_->more;
}

const std::string& SociQuery::text(std::size_t column) const { return impl_->outputs[column].text; }
std::int64_t SociQuery::number(std::size_t column) const { return impl_->outputs[column].number; }
std::int64_t SociQuery::affected() { return impl_->statement.get_affected_rows(); }

SociConnection::SociConnection(std::unique_ptr<Backend> backend) : backend_(std::move(backend)) {}
SociConnection::~SociConnection() { queries_.clear(); }

void SociConnection::execute(const std::string& sql) {
  if (ended_) throw *ended_;
  try {
    backend_->execute(sql);
  } catch (const StoreFailure& failure) {
    note(failure);
    throw;
  }
}

void SociConnection::begin(std::string_view how) { execute(std::string(how)); }

void SociConnection::commit() {
  try {
    execute("COMMIT");
  } catch (StoreFailure& failure) {
    if (failure.kind == FailureKind::lost) failure.kind = FailureKind::unknown;
    throw;
  }
}

void SociConnection::roll_back() noexcept {
  if (backend_->roll_back())
    ended_.reset();
  else
    ended_ = StoreFailure{.kind = FailureKind::lost, .code = 0, .reason = "a transaction could not be undone"};
}

SociQuery& SociConnection::prepared(std::string_view sql, std::string_view columns) {
  auto& query = queries_[sql];
  if (query == nullptr) {
    query = translated(*backend_, [&] {
      return std::unique_ptr<SociQuery>(new SociQuery(std::make_unique<SociQuery::Impl>(*backend_, sql, columns)));
    });
  }
  return *query;
}

void SociConnection::start(std::string_view sql, SociQuery& query) {
  try {
    run_noted(query);
  } catch (...) {
    queries_.erase(sql);  // whatever state it is in, the next run begins with a new one
    throw;
  }
}

void SociConnection::run_noted(SociQuery& query) {
  if (ended_) throw *ended_;
  try {
    query.run();
  } catch (const StoreFailure& failure) {
    note(failure);
    throw;
  }
}

void SociConnection::insert(std::string_view into, std::size_t width, std::span<const Cell> cells) {
  auto sql = "INSERT INTO " + std::string(into) + " VALUES ";
  for (std::size_t i = 0; i < cells.size(); ++i)
    sql += (i % width != 0 ? "," : i == 0 ? "(" : "),(") + (":v" + std::to_string(i));
  const auto query = translated(*backend_, [&] {
    return std::unique_ptr<SociQuery>(new SociQuery(std::make_unique<SociQuery::Impl>(*backend_, sql + ")", "")));
  });
  std::size_t place = 0;
  for (const auto& cell : cells) std::visit([&](const auto& value) { set(*query, place++, value); }, cell);
  run_noted(*query);
}

void SociConnection::note(const StoreFailure& failure) {
  if (failure.ends_transaction()) ended_ = failure;
}

}  // namespace godwit::engine::soci
