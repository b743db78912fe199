#include "app/server/readiness.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/gather_within.hpp"

namespace godwit::app {
namespace {

using enum RoleName;

/// docs/deploy-many.md, "Who sees whom".
const std::pair<RoleName, std::vector<RoleName>> kAsks[] = {
    {gateway, {user, dispatch, node, archive, offline}},
    {user, {dispatch, offline}},
    {dispatch, {user, node, archive, offline}},
    {node, {user, dispatch, offline}},
    {archive, {user, dispatch, offline}},
    {offline, {user, dispatch, archive}},
};

}  // namespace

RoleSet roles_asked(RoleSet here) {
  RoleSet asked;
  for (const auto& [role, others] : kAsks) {
    if (!here.has(role)) continue;
    for (const auto other : others)
      if (!here.has(other)) asked.add(other);
  }
  return asked;
}

Task<std::vector<processes::Part>> Readiness::parts(std::chrono::milliseconds patience) {
  std::vector<Task<Parts>> questions;
  questions.push_back(engines());
  if (others_ != nullptr) questions.push_back(others(patience - patience / 8));  // so that it names those who came
  auto answers = co_await gather_within(timer_, patience, std::move(questions));
  Parts parts;
  for (auto& answer : answers) {
    if (answer)
      std::ranges::move(*answer, std::back_inserter(parts));
    else
      parts.push_back({.name = "engines", .trouble = "they do not answer in time"});
  }
  co_return parts;
}

Task<Readiness::Parts> Readiness::engines() {
  Parts parts;
  for (auto& engine : co_await engines_.states()) {
    auto& part = parts.emplace_back(processes::Part{.name = std::move(engine.name), .trouble = {}});
    if (!engine.trouble) continue;
    part.trouble = engine.trouble->empty() ? "it cannot be used" : std::move(*engine.trouble);
  }
  co_return parts;
}

Task<Readiness::Parts> Readiness::others(std::chrono::milliseconds patience) {
  const auto roles = roles_asked(here_).list();
  std::vector<Task<Result<void>>> questions;
  for (const auto role : roles) questions.push_back(others_->reach(role));
  const auto answers = co_await gather_within(timer_, patience, std::move(questions));
  Parts parts;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    auto& reached = reached_.at(static_cast<std::size_t>(roles[i]));
    const bool now = answers[i] && *answers[i];
    if (now) reached.store(true);
    auto& part = parts.emplace_back(
        processes::Part{.name = "role." + std::string(name_of(roles[i])), .trouble = {}, .needed = !reached.load()});
    if (now) continue;
    part.trouble = answers[i] ? answers[i]->error().detail : "it does not answer in time";
    if (part.trouble.empty()) part.trouble = "it cannot be asked";
  }
  co_return parts;
}

}  // namespace godwit::app
