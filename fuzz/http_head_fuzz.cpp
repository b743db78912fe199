// Requests: whatever comes, in whatever pieces, the parser finds the same requests and the same failure. And what it
// takes for a request, Beast's parser refuses or takes for the same one: two readers that differ are what smuggling
// lives on. Input: a byte for the size of the pieces, then the connection's bytes.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "net/http/parser.hpp"

namespace {

using namespace godwit;
using namespace godwit::net;
namespace http = boost::beast::http;

constexpr HttpLimits kLimits{.head_bytes = 1024, .body_bytes = 512};

void demand(bool holds) {
  if (!holds) std::abort();
}

struct Found {
  std::vector<Request> requests;
  std::vector<std::size_t> ends;  ///< where each ended
  std::optional<Code> failure;
};

Found parse(std::string_view bytes, std::size_t step) {
  RequestParser parser(kLimits);
  Found found;
  const std::size_t all = bytes.size();
  while (!bytes.empty() && !found.failure) {
    std::string_view chunk = bytes.substr(0, step);
    bytes.remove_prefix(chunk.size());
    while (!chunk.empty() && !found.failure) {
      switch (parser.feed(chunk)) {
        case RequestParser::Status::need_more: demand(chunk.empty()); break;
        case RequestParser::Status::failed: found.failure = parser.error().code; break;
        case RequestParser::Status::complete:
          found.requests.push_back(parser.take());
          found.ends.push_back(all - bytes.size() - chunk.size());
      }
    }
  }
  return found;
}

bool same(const Request& a, const Request& b) {
  return a.method == b.method && a.path == b.path && a.query == b.query && a.version == b.version && a.body == b.body &&
         std::ranges::equal(a.headers, b.headers,
                            [](const Header& x, const Header& y) { return x.name == y.name && x.value == y.value; });
}

/// `text` is what our parser took for exactly one request.
void ask_beast(std::string_view text, const Request& request) {
  while (text.starts_with("\r\n")) text.remove_prefix(2);
  http::request_parser<http::string_body> beast;
  beast.eager(true);
  beast.header_limit(4096);
  boost::beast::error_code error;
  const auto taken = beast.put(boost::asio::buffer(text.data(), text.size()), error);
  demand(error != http::error::need_more);  // nothing more was to come
  if (error) return;
  demand(beast.is_done() && taken == text.size());
  demand(std::string_view(beast.get().body()) == request.body);
  demand(std::string_view(beast.get().method_string().data(), beast.get().method_string().size()) == request.method);
  demand(static_cast<int>(beast.get().version()) == request.version);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t step = 1 + data[0] % 60;
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Found whole = parse(bytes, std::max<std::size_t>(bytes.size(), 1));
  const Found cut = parse(bytes, step);
  demand(cut.failure == whole.failure && cut.requests.size() == whole.requests.size());
  std::size_t begin = 0;
  for (std::size_t i = 0; i < whole.requests.size(); ++i) {
    demand(same(cut.requests[i], whole.requests[i]));
    demand(whole.requests[i].body.size() <= kLimits.body_bytes);
    ask_beast(std::string_view(bytes).substr(begin, whole.ends[i] - begin), whole.requests[i]);
    begin = whole.ends[i];
  }
  return 0;
}
