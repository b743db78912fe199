#include "engine/elasticsearch/bulk.hpp"

#include <doctest/doctest.h>

#include "engine/elasticsearch/testing_fake_node.hpp"

namespace godwit::engine::elasticsearch {
namespace {

/// What a cluster answers to every bulk call.
Result<Existed> written(const std::string& answer, std::vector<Write> writes, int status = 200) {
  const FakeNode node([&](const std::string&) { return FakeNode::http(status, answer); });
  Settings settings{.index = "i"};
  settings.http.addresses = {node.address()};
  Cluster cluster(settings);
  return sync_wait(write_all(cluster, std::move(writes)));
}

std::string item(std::string_view kind, std::string_view id, int status) {
  return "{\"" + std::string(kind) + "\":{\"_id\":\"" + std::string(id) + "\",\"status\":" + std::to_string(status) +
         R"(,"error":{"type":"the_type","reason":"a secret text"}}})";
}
std::string items(const std::string& all) { return R"({"errors":true,"items":[)" + all + "]}"; }

const Write kOne{.id = "one", .document = "{}"}, kTwo{.id = "two", .kind = Write::Kind::settle, .document = "{}"};

}  // namespace

TEST_CASE("each item of a bulk answer is judged, whatever the answer's own status") {
  const auto both = [&](int one, int two) {
    return written(items(item("create", "one", one) + "," + item("index", "two", two)), {kOne, kTwo});
  };
  CHECK(both(201, 200) == Existed{false});
  CHECK(both(409, 409) == Existed{true});
  for (const int later : {401, 403, 404, 429, 500, 503}) {
    CAPTURE(later);
    CHECK(both(later, 200).error().code == Code::unavailable);
    CHECK(both(201, later).error().code == Code::unavailable);
    CHECK(both(400, later).error().code == Code::unavailable);  // the whole is tried again
    CHECK(both(later, 400).error().code == Code::unavailable);
  }
  const auto refused = both(400, 200);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::internal);
  CHECK(refused.error().detail == "document one: status 400, the_type");
}

TEST_CASE("an answer that does not fit its writes proves nothing") {
  for (const auto& answer : {std::string("{}"), std::string("<html>"), items(""), items(item("create", "other", 201)),
                             items(item("index", "one", 201)), items("7"), std::string()}) {
    CAPTURE(answer);
    CHECK(written(answer, {kOne}).error().code == Code::unavailable);
  }
  CHECK(written(R"({"error":{"type":"cluster_block_exception"},"status":429})", {kOne}, 429).error().detail ==
        "status 429, cluster_block_exception");
  CHECK(written("", {kOne}, 401).error().code == Code::unavailable);
  CHECK(written(R"({"error":{"type":"parse"}})", {kOne}, 400).error().code == Code::internal);
}

TEST_CASE("many writes are many requests, and a refusal of one holds up none") {
  std::vector<Write> writes;
  for (int i = 0; i < 2500; ++i) writes.push_back({.id = "w" + std::to_string(i), .document = "{}"});
  int requests = 0;
  std::string last;
  const FakeNode node([&](const std::string& request) {
    ++requests;
    std::string all;
    for (auto at = request.find("\"_id\":\""); at != request.npos; at = request.find("\"_id\":\"", at + 1)) {
      last = request.substr(at + 7, request.find('"', at + 7) - at - 7);
      all += (all.empty() ? "" : ",") + item("create", last, last == "w10" ? 400 : 201);
    }
    return FakeNode::http(200, items(all));
  });
  Settings settings{.index = "i"};
  settings.http.addresses = {node.address()};
  Cluster cluster(settings);
  CHECK(sync_wait(write_all(cluster, writes)).error().detail.starts_with("document w10"));
  CHECK(requests == 3);
  CHECK(last == "w2499");
}

}  // namespace godwit::engine::elasticsearch
