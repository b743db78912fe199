#include "engine/elasticsearch/bulk.hpp"

#include <algorithm>
#include <span>

#include "base/log.hpp"

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

constexpr std::size_t kMostWrites = 1000;
constexpr std::size_t kMostBytes = 4U << 20U;  // of one request; Elasticsearch takes 100 MiB
constexpr int kConflict = 409;

void append(std::string& out, const Write& write) {
  out += write.kind == Write::Kind::create ? "{\"create\":{\"_id\":" : "{\"index\":{\"_id\":";
  append_json_string(out, write.id);
  if (write.kind == Write::Kind::settle) out += R"(,"version":2,"version_type":"external_gte")";
  out += "}}\n" + write.document + "\n";
}

/// The first writes of `rest` that make one request.
std::span<const Write> first_of(std::span<const Write> rest, std::string& lines) {
  std::size_t count = 0;
  while (count < rest.size() && count < kMostWrites && lines.size() < kMostBytes) append(lines, rest[count++]);
  return rest.first(count);
}

/// What became of one write: whether its document was there already.
Result<bool> judge(const Write& write, const json::value& item) {
  const auto* const outcome = at(item, write.kind == Write::Kind::create ? "/create" : "/index");
  const auto status = outcome == nullptr ? std::nullopt : number_at(*outcome, "/status");
  if (!status || text_at(*outcome, "/_id") != write.id) return fail(Code::unavailable, "an answer to something else");
  if (*status == kConflict) return true;
  if (*status == 200 || *status == 201) return false;
  const auto type = text_at(*outcome, "/error/type");
  return fail(passes(static_cast<int>(*status)) ? Code::unavailable : Code::internal,
              "document " + write.id + ": status " + std::to_string(*status) + ", " + std::string(type));
}

/// All of one request. Of what failed, what may go well later counts more: the whole is then tried again.
Result<void> judge_all(std::span<const Write> writes, const json::value& body, Existed& existed) {
  const auto& items = array_at(body, "/items");
  if (items.size() != writes.size()) return fail(Code::unavailable, "not as many answers as writes");
  Result<void> worst;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    auto judged = judge(writes[i], items[i]);
    if (judged && writes[i].kind == Write::Kind::create) existed.push_back(*judged);
    if (!judged && (worst || judged.error().code == Code::unavailable))
      worst = std::unexpected(std::move(judged.error()));
  }
  return worst;
}

}  // namespace

Task<Result<Existed>> write_all(Cluster& cluster, std::vector<Write> writes) {
  Existed existed;
  std::span<const Write> rest(writes);
  Result<void> refused;
  while (!rest.empty()) {
    std::string lines;
    const auto part = first_of(rest, lines);
    CO_TRY(const auto answer, co_await cluster.bulk(std::move(lines)));
    auto judged = judge_all(part, answer.body, existed);
    if (!judged && judged.error().code == Code::unavailable) co_return std::unexpected(judged.error());
    if (!judged) refused = std::move(judged);
    rest = rest.subspan(part.size());
  }
  if (!refused) co_return std::unexpected(refused.error());
  co_return existed;
}

}  // namespace godwit::engine::elasticsearch
