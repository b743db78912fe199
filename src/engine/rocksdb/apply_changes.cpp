#include "engine/rocksdb/committer.hpp"

namespace godwit::rocks {
namespace {

std::size_t size_of(const std::vector<Change>& changes) {
  std::size_t bytes = 0;
  for (const auto& change : changes) bytes += change.key.size() + change.value.size() + 16;
  return bytes;
}

class Apply final : public WriteJob {
 public:
  Apply(const Store& store, std::vector<Change> changes, bool synced, std::uint64_t generation, Share of)
      : WriteJob(size_of(changes), synced, of), store_(store), changes_(std::move(changes)), generation_(generation) {}

  Result<void> stage(::rocksdb::WriteBatch& batch) override {
    if (store_.generation() != generation_) return fail(Code::unavailable, "the message store was opened again");
    for (const auto& [kind, family, key, value] : changes_) {
      auto* const handle = store_.family(family);
      switch (kind) {
        case Change::Kind::put: batch.Put(handle, key, value); break;
        case Change::Kind::remove: batch.Delete(handle, key); break;
        case Change::Kind::remove_range: batch.DeleteRange(handle, key, value); break;
      }
    }
    return {};
  }
  void finish(Result<void> written) override {
    const auto answer = std::move(done);  // answering may end this job
    answer(std::move(written));
  }

  std::move_only_function<void(Result<void>) const> done;

 private:
  const Store& store_;
  std::vector<Change> changes_;
  const std::uint64_t generation_;
};

}  // namespace

Task<Result<void>> Committer::apply(std::vector<Change> changes, bool sync, std::uint64_t generation, Share share) {
  Apply job(store_, std::move(changes), sync, generation, share);
  co_return co_await completion<Result<void>>([this, &job](auto done) {
    job.done = std::move(done);
    if (!submit(job)) job.finish(std::unexpected(full()));
  });
}

}  // namespace godwit::rocks
