#include "engine/elasticsearch/scan.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "engine/elasticsearch/document.hpp"
#include "wire/record.hpp"

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

constexpr std::size_t kAtOnce = 1000;

constexpr std::size_t kMostUnsettled = 100'000;  // of a put that was stopped half way; one has some thousands

/// Message by message.
class Walk {
 public:
  explicit Walk(Cluster& cluster) : scan_(cluster) {}
  /// nullptr: that was the last one.
  Task<Result<MessagePtr>> next() {
    if (at_ == part_.size()) {
      at_ = 0;
      CO_TRY(part_, co_await scan_.next());
      if (part_.empty()) co_return MessagePtr();
    }
    co_return part_[at_++];
  }

 private:
  Scan scan_;
  std::vector<MessagePtr> part_;
  std::size_t at_ = 0;
};

/// Takes out of `unsettled` what a 208 of the index recalls.
Task<Result<void>> take_recalled(Cluster& cluster, std::set<std::string>& unsettled) {
  for (Walk walk(cluster); !unsettled.empty();) {
    CO_TRY(const auto message, co_await walk.next());
    if (!message) break;
    if (message->type == Type::recalled) unsettled.erase(message->target);
  }
  co_return Result<void>();
}

}  // namespace

Task<Result<std::vector<MessagePtr>>> Scan::next() {
  json::array filter{json::object{{"exists", {{"field", "id"}}}}};  // not what awaits a message
  if (since_ > 0) filter.push_back(json::object{{"range", {{"_seq_no", {{"gte", since_}}}}}});
  json::object body{{"size", kAtOnce},
                    {"track_total_hits", false},
                    {"_source", json::array{"record"}},
                    {"sort", json::array{json::object{{"id", "asc"}}}},
                    {"query", {{"bool", {{"filter", std::move(filter)}}}}}};
  if (after_) body["search_after"] = json::array{*after_};
  CO_TRY(const auto answer, co_await cluster_.read("_search?filter_path=timed_out,_shards,hits.hits._source", body));
  std::vector<MessagePtr> messages;
  for (const auto& hit : array_at(answer, "/hits/hits")) {
    CO_TRY(auto message, message_of(hit.at("_source")));
    messages.push_back(std::move(message));
  }
  if (!messages.empty()) after_ = messages.back()->id.str();
  co_return messages;
}

Task<Result<std::uint64_t>> compare(Cluster& from, Cluster& to) {
  std::uint64_t messages = 0;
  std::set<std::string> unsettled;
  for (Walk old(from), made(to);; ++messages) {
    CO_TRY(const auto one, co_await old.next());
    CO_TRY(const auto other, co_await made.next());
    if (!one && !other) break;
    if (!one || !other || one->id != other->id)
      co_return fail(Code::internal, "only one of both has " + (one ? one : other)->id.str());
    const auto record = wire::encode_record(*other);
    if (record == wire::encode_record(*one)) continue;
    if (record != wire::encode_record(without_text(*one)) || unsettled.size() == kMostUnsettled)
      co_return fail(Code::internal, "both have another " + one->id.str());
    unsettled.insert(one->id.str());
  }
  CO_CHECK(co_await take_recalled(from, unsettled));
  if (!unsettled.empty()) co_return fail(Code::internal, "only one of both recalled " + *unsettled.begin());
  co_return messages;
}

}  // namespace godwit::engine::elasticsearch
