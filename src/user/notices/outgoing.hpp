#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "service/changes.hpp"
#include "user/notices/change_rates.hpp"
#include "user/store/notice_outbox.hpp"
#include "user/store/store.hpp"

namespace godwit::user {

/// What one write owes others: kept frames to people, and changes to whoever keeps copies. Gathered while its work
/// runs, which may be more than once: each run begins anew, but for the name that its notices carry and the rate that
/// was taken, which are the change's own.
class Outgoing {
 public:
  /// `rates`: nullptr where no rate is taken. `write_changes`: into the outbox of changes; see ChangeLog.
  explicit Outgoing(Random& random, ChangeRates* rates = nullptr, bool write_changes = true)
      : random_(random), rates_(rates), write_changes_(write_changes) {}

  /// A kept frame.
  [[nodiscard]] Result<void> add(Tables& tables, Notice notice);
  /// What others may have a copy of became another.
  void changed(changes::Change change) { changes_.push_back(std::move(change)); }
  /// One change of that kind, from the account's rate; see ChangeRates::take. One kind a write.
  [[nodiscard]] Result<void> take(Rated kind, const UserKey& who, std::string_view target = {});
  [[nodiscard]] bool has_notices() const noexcept { return !conversations_.empty(); }

  /// Before each run of the work.
  void begin() noexcept;
  /// The last thing in the transaction.
  [[nodiscard]] Result<void> write_down(Tables& tables);

  /// After the write: what there is to be told. The ordinal in the outbox of changes; 0: nothing.
  [[nodiscard]] std::int64_t ordinal() const noexcept { return ordinal_; }
  [[nodiscard]] std::vector<changes::Change> take_changes() noexcept { return std::exchange(changes_, {}); }
  [[nodiscard]] std::vector<Conversation> take_conversations() noexcept { return std::exchange(conversations_, {}); }

 private:
  Random& random_;
  ChangeRates* rates_;
  const bool write_changes_;
  std::string once_;  // drawn once
  std::optional<Result<void>> rated_;
  std::vector<Conversation> conversations_;
  std::vector<changes::Change> changes_;
  std::int64_t ordinal_ = 0;
};

/// Runs `work(Tables&, Outgoing&)` → Result<T> in one write, which also writes down what it owes.
template <class F, class R = std::invoke_result_t<F&, Tables&, Outgoing&>>
Task<R> write_owing(Store& store, Outgoing& outgoing, F work) {
  co_return co_await store.write([&](Tables& tables) -> R {
    outgoing.begin();
    auto result = work(tables, outgoing);
    if (result) CHECK_OK(outgoing.write_down(tables));
    return result;
  });
}

}  // namespace godwit::user
