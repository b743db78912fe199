#include "engine/redis/lock.hpp"

namespace godwit::redis {

namespace {
const Script& compare_and_delete() {
  static const Script script(
      "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0");
  return script;
}
}  // namespace

Task<Result<bool>> Lock::take(std::string name, std::string token, std::chrono::milliseconds longest) {
  CO_TRY(const auto reply, co_await client_.run({.words = {"SET", std::move(name), std::move(token), "NX", "PX",
                                                           std::to_string(longest.count())}}));
  co_return !reply.is_nil();
}

Task<Result<void>> Lock::release(std::string name, std::string token) {
  CO_CHECK(co_await client_.run(compare_and_delete().call({std::move(name)}, {std::move(token)})));
  co_return Result<void>();
}

}  // namespace godwit::redis
