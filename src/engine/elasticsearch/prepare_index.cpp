#include "engine/elasticsearch/prepare_index.hpp"

#include "domain/folding.hpp"
#include "engine/elasticsearch/document.hpp"

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

constexpr std::string_view kRebuild = "; make it anew (rebuild), or name another index";

std::unexpected<Error> refuse(std::string detail) { return fail(Code::unavailable, std::move(detail)); }

/// `body`: what GET says of the alias: an object of indices by name.
Result<void> judge(const std::string& alias, const json::value& body) {
  const auto* const indices = body.if_object();
  if (indices == nullptr || indices->size() != 1) return refuse("\"" + alias + "\" is not the name of one index");
  const auto& [name, index] = *indices->begin();
  const auto called = "the index \"" + std::string(name) + "\"";
  const auto version = number_at(index, "/mappings/_meta/godwit_archive");
  if (!version) return refuse(called + " is none of godwit's archive");
  if (*version != kIndexVersion)
    return refuse(called + " has version " + std::to_string(*version) + ", this is " + std::to_string(kIndexVersion) +
                  std::string(kRebuild));
  const auto folding = text_at(index, "/mappings/_meta/folding");
  if (folding != folding_version())
    return refuse(called + " was made with the folding " + std::string(folding) + ", this has " + folding_version() +
                  std::string(kRebuild));
  if (text_at(index, "/settings/index/translog/durability") != "request")
    return refuse(called + " does not sync each write (index.translog.durability must be \"request\")");
  return {};
}

}  // namespace

Task<Result<void>> prepare_index(Cluster& cluster) {
  const auto& settings = cluster.settings();
  CO_TRY(auto found, co_await cluster.ask("GET", "/" + settings.index, "", settings.write_limit));
  if (found.status == 404) {
    const auto body = definition(settings.index, settings.shards, settings.replicas);
    CO_TRY(const auto made, co_await cluster.ask("PUT", "/" + settings.index + "-1", body, settings.write_limit));
    const bool others = text_at(made.body, "/error/type") == "resource_already_exists_exception";
    if (!made.good() && !others) co_return refuse("the index cannot be made: " + error_of(made).detail);
    CO_TRY(found, co_await cluster.ask("GET", "/" + settings.index, "", settings.write_limit));
  }
  if (found.status == 404)
    co_return refuse("there is an index \"" + settings.index + "-1\" without its alias \"" + settings.index + "\"");
  if (!found.good()) co_return refuse(error_of(found).detail);
  co_return judge(settings.index, found.body);
}

Task<Result<void>> check_index(Cluster& cluster) {
  const auto& settings = cluster.settings();
  CO_TRY(const auto found, co_await cluster.ask("GET", "/" + settings.index, "", settings.read_limit));
  if (found.status == 404) co_return fail(Code::not_found, "there is no index \"" + settings.index + "\"");
  if (!found.good()) co_return refuse(error_of(found).detail);
  co_return judge(settings.index, found.body);
}

}  // namespace godwit::engine::elasticsearch
