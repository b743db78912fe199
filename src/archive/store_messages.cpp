#include <algorithm>

#include "archive/archive_role.hpp"

namespace godwit::archive {

Task<Result<void>> ArchiveRole::store_messages(std::span<const MessagePtr> batch) {
  auto taken = co_await store_.put(batch);
  if (!taken) {
    refused_.add();
    log_.warn("archive_batch_refused", {{"messages", batch.size()}, {"code", info(taken.error().code).name}});
    co_return taken;
  }
  stored_.add(batch.size());
  if (!batch.empty())
    delay_.observe(static_cast<double>(std::max<Millis>(0, clock_.now() - batch.back()->time)) * 1e-3);
  co_return taken;
}

}  // namespace godwit::archive
