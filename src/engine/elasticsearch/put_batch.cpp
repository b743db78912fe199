#include "engine/elasticsearch/put_batch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <limits>

#include "engine/elasticsearch/document.hpp"

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

constexpr int kRounds = 5;  // each ends, but where another process made what this one just did not find
constexpr std::size_t kGetAtOnce = 1000;
constexpr Seq kLastSeq = std::numeric_limits<std::int64_t>::max();

/// What is kept of a message that was recalled. What is no text has none to forget.
std::string recalled_document(const Message& message) {
  return document_of(is_chat(message.type) ? without_text(message) : message);
}

Result<void> add_document(const json::value& document, std::map<std::string, MessagePtr>& found) {
  const auto* const there = at(document, "/found");
  if (there == nullptr || !there->is_bool()) {
    return fail(Code::unavailable, "a document cannot be got: " + std::string(text_at(document, "/error/type")));
  }
  if (!there->get_bool()) return {};
  const auto* const source = at(document, "/_source");
  if (source == nullptr) return fail(Code::unavailable, "a document without its source");
  TRY(auto message, message_of(*source));
  found.emplace(text_at(document, "/_id"), std::move(message));
  return {};
}

}  // namespace

Task<Result<std::map<std::string, MessagePtr>>> get_documents(Cluster& cluster, std::vector<std::string> ids) {
  std::map<std::string, MessagePtr> found;
  for (std::size_t begin = 0; begin < ids.size(); begin += kGetAtOnce) {
    json::array part;
    for (std::size_t i = begin; i < std::min(ids.size(), begin + kGetAtOnce); ++i) part.emplace_back(ids[i]);
    const auto asked = part.size();
    const auto body = json::serialize(json::object{{"ids", std::move(part)}});
    CO_TRY(const auto answer, co_await cluster.ask("POST", cluster.path("_mget"), body, cluster.settings().read_limit));
    if (!answer.good()) co_return std::unexpected(error_of(answer));
    const auto& documents = array_at(answer.body, "/docs");
    if (documents.size() != asked) co_return fail(Code::unavailable, "not as many documents as asked for");
    for (const auto& document : documents) CO_CHECK(add_document(document, found));
  }
  co_return found;
}

PutBatch::PutBatch(Cluster& cluster, std::span<const MessagePtr> batch) : cluster_(cluster) {
  for (const auto& message : batch) {
    messages_.emplace(message->id.str(), message);
    if (message->type == Type::recalled && !message->target.empty()) recalled_.insert(message->target);
  }
}

Task<Result<void>> PutBatch::run() {
  for (const auto& [id, message] : messages_)
    if (id.empty() || message->seq == 0 || message->seq > kLastSeq)
      co_return fail(Code::internal, "document " + id + ": no id, or a number that cannot be");
  CO_CHECK(co_await make_all());
  for (int round = 0; !open_.empty(); ++round) {
    if (round == kRounds) co_return fail(Code::unavailable, "others write the same messages");
    CO_CHECK(co_await settle());
  }
  co_return Result<void>();
}

/// A text that this batch recalls is not even written. What was there already may await its message: that is to be
/// looked at, as are recalled messages that are not of this batch.
Task<Result<void>> PutBatch::make_all() {
  std::vector<Write> writes;
  std::vector<std::string> ids;
  for (const auto& [id, message] : messages_) {
    writes.push_back(
        {.id = id, .document = recalled_.contains(id) ? recalled_document(*message) : document_of(*message)});
    ids.push_back(id);
  }
  CO_TRY(const auto existed, co_await write_all(cluster_, std::move(writes)));
  open_ = recalled_;
  for (std::size_t i = 0; i < ids.size(); ++i) existed[i] ? (void)open_.insert(ids[i]) : (void)open_.erase(ids[i]);
  co_return Result<void>();
}

Task<Result<void>> PutBatch::settle() {
  CO_TRY(const auto kept, co_await get_documents(cluster_, {open_.begin(), open_.end()}));
  std::vector<Write> writes;
  for (const auto& id : open_) settle_one(id, kept, writes);
  std::vector<std::string> created;
  for (const auto& write : writes)
    if (write.kind == Write::Kind::create) created.push_back(write.id);
  CO_TRY(const auto existed, co_await write_all(cluster_, std::move(writes)));
  open_.clear();
  for (std::size_t i = 0; i < created.size(); ++i)
    if (existed[i]) open_.insert(created[i]);
  co_return Result<void>();
}

/// Adds what is to be written of the document `id` as it is now, if anything.
void PutBatch::settle_one(const std::string& id, const Kept& kept, std::vector<Write>& writes) const {
  const auto there = kept.find(id);
  const auto given = messages_.find(id);
  const auto settle = [&](std::string document) {
    writes.push_back({.id = id, .kind = Write::Kind::settle, .document = std::move(document)});
  };
  if (there == kept.end()) {
    writes.push_back({.id = id, .document = awaited_document()});
  } else if (there->second == nullptr) {
    if (given != messages_.end()) settle(recalled_document(*given->second));
  } else if (recalled_.contains(id) && is_chat(there->second->type) && !there->second->recalled) {
    settle(document_of(without_text(*there->second)));
  }
}

}  // namespace godwit::engine::elasticsearch
