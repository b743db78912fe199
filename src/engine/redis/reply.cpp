#include "engine/redis/reply.hpp"

#include <hiredis/read.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <new>

namespace godwit::redis {
namespace {

/// Where the reader puts what it has read: the element of a list that is not whole yet, or a reply of its own.
Reply* place(const redisReadTask* task) {
  if (task->parent == nullptr) return new Reply;
  auto& elements = static_cast<Reply*>(task->parent->obj)->elements;
  return &elements[static_cast<std::size_t>(task->idx)];
}

void* create_string(const redisReadTask* task, char* text, std::size_t size) {
  auto* reply = place(task);
  reply->kind = task->type == REDIS_REPLY_ERROR ? Reply::Kind::error : Reply::Kind::text;
  reply->text.assign(text, size);
  return reply;
}
void* create_array(const redisReadTask* task, int size) {
  auto* reply = place(task);
  reply->kind = Reply::Kind::list;
  reply->elements.resize(static_cast<std::size_t>(std::max(size, 0)));
  return reply;
}
void* create_integer(const redisReadTask* task, long long number) {
  auto* reply = place(task);
  reply->kind = Reply::Kind::integer;
  reply->number = number;
  return reply;
}
void* create_nil(const redisReadTask* task) { return place(task); }
void free_reply(void* reply) { delete static_cast<Reply*>(reply); }

redisReplyObjectFunctions functions{.createString = create_string,
                                    .createArray = create_array,
                                    .createInteger = create_integer,
                                    .createNil = create_nil,
                                    .freeObject = free_reply};
}  // namespace

std::int64_t Reply::integer() const noexcept {
  if (kind != Kind::text) return number;
  std::int64_t parsed = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, parsed);
  return error == std::errc() && at == end ? parsed : 0;
}

const Reply& Reply::at(std::size_t index) const noexcept {
  static const Reply nothing;
  return index < elements.size() ? elements[index] : nothing;
}

Error error_of(const Reply& reply) {
  static constexpr std::array<std::string_view, 12> kPassing{"OOM",        "READONLY",    "NOREPLICAS", "MISCONF",
                                                             "BUSY",       "CLUSTERDOWN", "TRYAGAIN",   "LOADING",
                                                             "MASTERDOWN", "MOVED",       "ASK",        "UNBLOCKED"};
  const auto word = std::string_view(reply.text).substr(0, reply.text.find(' '));
  const bool passes = std::ranges::find(kPassing, word) != kPassing.end();
  return {.code = passes ? Code::unavailable : Code::internal, .detail = "Redis refused: " + reply.text};
}

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(&functions)) {
  if (reader_ == nullptr) throw std::bad_alloc();
}
ReplyReader::~ReplyReader() = default;

void ReplyReader::Free::operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }

void ReplyReader::feed(std::string_view bytes) { (void)redisReaderFeed(reader_.get(), bytes.data(), bytes.size()); }

Result<std::optional<Reply>> ReplyReader::next() {
  void* raw = nullptr;
  if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) return fail(Code::unavailable, reader_->errstr);
  if (raw == nullptr) return std::nullopt;
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(raw));
  return std::move(*reply);
}

}  // namespace godwit::redis
