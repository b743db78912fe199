#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/doctor/doctor.hpp"
#include "net/client/http_client.hpp"

namespace godwit::app {
namespace {

constexpr auto kPatience = std::chrono::seconds(5);

Result<net::ClientResponse> ask(const Address& address, std::string_view path) {
  const bool everywhere = address.host == "0.0.0.0" || address.host == "::";
  const auto host = !everywhere ? address.host : address.host == "::" ? "::1" : "127.0.0.1";
  return net::HttpClient(host, std::to_string(address.port), kPatience).call("GET", path);
}

boost::json::object object_of(const std::string& body) {
  boost::system::error_code problem;
  const auto parsed = boost::json::parse(body, problem);
  return !problem && parsed.is_object() ? parsed.get_object() : boost::json::object();
}

/// "sqlite.archive: disk I/O error"; empty where every engine is well.
std::string ailing(const boost::json::object& readiness) {
  std::string list;
  const auto* engines = readiness.if_contains("engines");
  if (engines == nullptr || !engines->is_object()) return list;
  for (const auto& [name, state] : engines->get_object()) {
    if (!state.is_string() || state.get_string() == "ok") continue;
    list +=
        fmt::format("{}{}: {}", list.empty() ? "" : "; ", std::string_view(name), std::string_view(state.get_string()));
  }
  return list;
}

}  // namespace

Findings examine_running(const Config& config) {
  const auto healthy = [](const Address& address) {
    const auto answer = ask(address, "/healthz");
    return answer && answer->status == 200 && object_of(answer->body).contains("status");
  };
  Findings findings;
  for (const auto& [setting, address] :
       {std::pair{"http.listen", config.http.listen}, {"admin.listen", config.admin.listen}}) {
    if (healthy(address)) continue;
    findings.push_back(
        {Severity::error, fmt::format("{} ({})", setting, address.str()),
         "a server holds the data directory, but no godwit answers here",
         "Give the settings that it was started with (--config, --listen, --admin), or look at its log."});
  }
  if (!findings.empty()) return findings;
  const auto readiness = ask(config.admin.listen, "/readyz");
  if (readiness && readiness->status == 200) return {};
  const auto what = readiness ? ailing(object_of(readiness->body)) : readiness.error().detail;
  return {{Severity::error, "the running server", "is not ready" + (what.empty() ? what : ": " + what),
           "Look at its log; docs/operations.md says what each engine's trouble means."}};
}

}  // namespace godwit::app
