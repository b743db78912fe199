#include "engine/redis/check.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace godwit::redis {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kWanted{
    {{"maxmemory-policy", "noeviction"}, {"appendonly", "yes"}}};

Task<Result<void>> check_node(Client& client, Address node) {
  const auto where = "Redis at " + node.str() + ": ";
  CO_TRY(const auto about, co_await client.run_at(node, {.words = {"INFO", "cluster"}, .key = 0}));
  const bool cluster = info_value(about.text, "cluster_enabled") == "1";
  if (cluster != client.settings().cluster)
    co_return fail(Code::bad_parameter, where + (cluster ? "it is a node of a cluster" : "it is no node of a cluster"));
  for (const auto& [name, wanted] : kWanted) {
    CO_TRY(const auto reply, co_await client.run_at(node, {.words = {"CONFIG", "GET", std::string(name)}, .key = 0}));
    if (reply.at(1).text == wanted) continue;
    const auto found = reply.at(1).is_nil() ? std::string("unknown") : reply.at(1).text;
    co_return fail(Code::bad_parameter,
                   where + std::string(name) + " is " + found + ", must be " + std::string(wanted));
  }
  co_return Result<void>();
}

}  // namespace

Task<Result<void>> check(Client& client) {
  // One that is no cluster does not know the question; it is told so by its own name.
  for (const auto& server : client.settings().servers) {
    const auto reached = co_await check_node(client, server);
    if (!reached && reached.error().code == Code::bad_parameter) co_return reached;
  }
  CO_TRY(const auto nodes, co_await client.nodes());
  for (const auto& node : nodes) CO_CHECK(co_await check_node(client, node));
  co_return Result<void>();
}

std::string_view info_value(std::string_view info, std::string_view field) {
  for (std::size_t at = 0; (at = info.find(field, at)) != std::string_view::npos; ++at) {
    const auto rest = info.substr(at + field.size());
    if ((at != 0 && info[at - 1] != '\n') || !rest.starts_with(':')) continue;
    return rest.substr(1, rest.find_first_of("\r\n") - 1);
  }
  return {};
}

}  // namespace godwit::redis
