#include "engine/elasticsearch/refresher.hpp"

#include <boost/json/parse.hpp>

#include "engine/elasticsearch/answers.hpp"

namespace godwit::engine::elasticsearch {
namespace {

Result<void> judge(const Result<HttpReply>& reply) {
  if (!reply) return std::unexpected(reply.error());
  boost::json::error_code wrong;
  const Answer answer{.status = reply->status, .body = boost::json::parse(reply->body, wrong)};
  if (!answer.good()) return std::unexpected(error_of(answer));
  if (number_at(answer.body, "/_shards/failed") != 0)
    return fail(Code::unavailable, "a part of the index is not refreshed");
  return {};
}

}  // namespace

Task<Result<void>> Refresher::refreshed() {
  co_return co_await completion<Result<void>>([this](auto done) { wait(std::move(done)); });
}

void Refresher::wait(Done done) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(std::move(done));
  if (std::exchange(running_, true)) return;
  auto served = std::exchange(waiting_, {});
  lock.unlock();
  refresh(std::move(served));
}

void Refresher::refresh(std::vector<Done> served) {
  count_.fetch_add(1, std::memory_order_relaxed);
  http_.start(
      {.method = "POST", .path = path_}, limit_,
      [this, served = std::move(served)](const Result<HttpReply>& reply) mutable { ended(std::move(served), reply); });
}

void Refresher::ended(std::vector<Done> served, const Result<HttpReply>& reply) {
  std::unique_lock lock(mutex_);
  auto next = std::exchange(waiting_, {});
  running_ = !next.empty();
  lock.unlock();
  if (!next.empty()) refresh(std::move(next));
  const auto judged = judge(reply);
  for (auto& done : served) done(judged);
}

}  // namespace godwit::engine::elasticsearch
