#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "engine/elasticsearch/answers.hpp"
#include "engine/elasticsearch/http_client.hpp"
#include "engine/elasticsearch/refresher.hpp"

namespace godwit::engine::elasticsearch {

/// One cluster, and one index of it, asked in JSON. Any thread.
class Cluster {
 public:
  explicit Cluster(Settings settings)
      : settings_(std::move(settings)),
        http_(settings_.http),
        refresher_(http_, settings_.index, settings_.read_limit) {}

  /// An answer of any status. `path` begins with "/"; an empty body: none.
  Task<Result<Answer>> ask(std::string method, std::string path, std::string body, std::chrono::milliseconds limit);
  /// A read of the index that every shard answered: `call` is "_search?…". Waits for no refresh.
  Task<Result<boost::json::value>> read(std::string call, const boost::json::object& body);
  /// The body of a bulk call, to its answer.
  Task<Result<Answer>> bulk(std::string lines);
  /// Comes back when reads see what was written before the call.
  Task<Result<void>> refreshed() { return refresher_.refreshed(); }

  void stop() { http_.stop(); }
  [[nodiscard]] std::size_t waiting() const noexcept { return http_.waiting(); }
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  /// Of any index that is reached by the same connections.
  [[nodiscard]] std::string path(std::string_view call) const {
    return "/" + settings_.index + "/" + std::string(call);
  }

 private:
  const Settings settings_;
  HttpClient http_;
  Refresher refresher_;
};

}  // namespace godwit::engine::elasticsearch
