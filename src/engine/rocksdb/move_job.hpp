#pragma once
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include "engine/rocksdb/committer.hpp"

namespace godwit::rocks {

/// A job whose answer is made while it is staged.
template <class T>
class MoveJob : public WriteJob {
 public:
  using WriteJob::WriteJob;
  void finish(Result<void> written) override {
    const auto answer = std::move(done);  // answering may end this job
    if (!written)
      answer(std::unexpected(std::move(written).error()));
    else if constexpr (std::is_void_v<T>)
      answer({});
    else
      answer(std::move(result));
  }
  std::move_only_function<void(Result<T>) const> done;
  std::conditional_t<std::is_void_v<T>, std::monostate, T> result{};
};

template <class T, class J>
Task<Result<T>> run(Committer& committer, J& job) {
  co_return co_await completion<Result<T>>([&committer, &job](auto done) {
    job.done = std::move(done);
    if (!committer.submit(job)) job.finish(std::unexpected(Committer::full()));
  });
}

}  // namespace godwit::rocks
