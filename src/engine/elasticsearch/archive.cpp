#include "engine/elasticsearch/archive.hpp"

#include "engine/elasticsearch/prepare_index.hpp"
#include "engine/elasticsearch/put_batch.hpp"
#include "engine/elasticsearch/reads.hpp"
#include "engine/elasticsearch/search.hpp"

namespace godwit::engine::elasticsearch {
namespace {

Task<Result<void>> put_batch(Cluster& cluster, std::span<const MessagePtr> batch) {
  co_return co_await PutBatch(cluster, batch).run();
}

}  // namespace

template <class T>
Task<Result<T>> ElasticArchive::reported(std::string_view doing, Task<Result<T>> work) {
  Result<T> result = fail(Code::unavailable);
  if (auto ready = co_await prepare(); ready)
    result = co_await std::move(work);
  else
    result = std::unexpected(std::move(ready.error()));
  if (result || result.error().code == Code::bad_cursor) co_return result;
  log_.error("archive_failed", {{"doing", doing}, {"reason", result.error().detail}});
  if (result.error().code == Code::unavailable) result.error().detail = "the archive cannot be used now";
  co_return result;
}

Task<Result<void>> ElasticArchive::prepare() {
  if (prepared_.load()) co_return Result<void>();
  CO_CHECK(co_await prepare_index(cluster_));
  prepared_.store(true);
  co_return Result<void>();
}

Task<Result<void>> ElasticArchive::put(std::span<const MessagePtr> batch) {
  auto done = co_await reported("put", put_batch(cluster_, batch));
  failing_.store(!done && done.error().code == Code::unavailable);
  co_return done;
}

Task<Result<MessagePtr>> ElasticArchive::find(const MessageId& id) {
  return reported("find", find_message(cluster_, id));
}

Task<Result<std::vector<MessagePtr>>> ElasticArchive::page(const Conversation& conversation, archive::Window window) {
  return reported("page", read_page(cluster_, conversation, window));
}

Task<Result<MessagePtr>> ElasticArchive::last_up_to(const Conversation& conversation, Seq seq) {
  const auto before = seq == ~Seq{0} ? 0 : seq + 1;
  CO_TRY(const auto found, co_await page(conversation, {.before = before, .limit = 1, .newest = true}));
  co_return found.empty() ? MessagePtr() : found.front();
}

Task<Result<std::uint64_t>> ElasticArchive::count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                       Seq up_to) {
  return reported("count_chat", count_others(cluster_, conversation, user, after, up_to));
}

Task<Result<ReadRanges>> ElasticArchive::ranges(const Conversation& conversation, const UserKey& user) {
  return reported("ranges", read_ranges(cluster_, conversation, user));
}

Task<Result<archive::Hits>> ElasticArchive::search(archive::SearchQuery query) {
  return reported("search", search_texts(cluster_, std::move(query)));
}

Result<void> ElasticArchive::ready() const {
  if (failing_.load()) return fail(Code::unavailable, "the archive takes no messages");
  return {};
}

}  // namespace godwit::engine::elasticsearch
