#include "net/http/outgoing_answer.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include "net/http/testing_server.hpp"

namespace godwit::net {
using namespace testing;

namespace {

/// Two ends of a stream; what is written into one is read, as far as it goes, from the other.
struct Pipe {
  Pipe() {
    int fds[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
    in = fds[0];
    out = fds[1];
  }
  ~Pipe() {
    ::close(in);
    ::close(out);
  }
  void drain() {
    char buffer[64 * 1024];
    for (auto size = ::recv(out, buffer, sizeof buffer, 0); size > 0; size = ::recv(out, buffer, sizeof buffer, 0))
      taken.append(buffer, static_cast<std::size_t>(size));
  }
  /// Everything that the answer writes, however little the socket takes at a time.
  std::string write_all(OutgoingAnswer& answer) {
    while (!answer.written()) {
      const auto size = answer.write_some(in);
      if (size > 0) answer.wrote(static_cast<std::size_t>(size));
      drain();
    }
    return std::exchange(taken, {});
  }
  int in = -1, out = -1;
  std::string taken{};
};

std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

}  // namespace

TEST_CASE("an answer's own body and a borrowed one leave alike, small and large") {
  Pipe pipe;
  OutgoingAnswer answer;
  for (const std::size_t size : {0U, 1U, 8192U, 8193U, 3'000'000U}) {
    CAPTURE(size);
    const std::string bytes(size, 'x');
    Response own{.body = bytes}, lent{.borrowed = bytes};
    answer.set(own, {}, false);
    const std::string sent = pipe.write_all(answer);
    CHECK(sent.contains("Content-Length: " + std::to_string(size) + "\r\n"));
    CHECK(body_of(sent) == bytes);
    answer.set(lent, {}, false);
    CHECK(pipe.write_all(answer) == sent);
    answer.set(lent, {}, true);
    CHECK(pipe.write_all(answer) == sent.substr(0, sent.size() - size));
  }
}

TEST_CASE("a large borrowed body is not copied") {
  const std::string bytes(1'000'000, 'x');
  OutgoingAnswer answer;
  Response lent{.borrowed = bytes};
  answer.set(lent, {}, false);
  CHECK(answer.large_size() == bytes.size());
  CHECK(answer.held() < 1024);
}

TEST_CASE("a written answer gives its buffers back, and a small one keeps its place") {
  Pipe pipe;
  OutgoingAnswer answer;
  for (const std::size_t size : {8'000U, 100'000U}) {
    Response large{.body = std::string(size, 'x')};
    answer.set(large, {}, false);
    (void)pipe.write_all(answer);
    CHECK(answer.held() >= size);
    answer.give_back(1024);
    CHECK(answer.held() <= 1024);
    CHECK(answer.written());
  }
  Response small{.body = "small"};
  answer.set(small, {}, false);
  CHECK(body_of(pipe.write_all(answer)) == "small");
  const auto held = answer.held();
  answer.give_back(1024);
  CHECK(answer.held() == held);
}

TEST_CASE("an idle connection holds neither the request nor the answer that it had") {
  LoopThread thread;
  Log log{2, Level::error};
  Request* seen = nullptr;  // lives in the connection; looked at on its loop only
  const Handler handler = [&](Request& request) -> Task<Response> {
    seen = &request;
    co_return Response{.body = request.body};
  };
  ConnectionGate gate({});
  HttpServer server(thread.loop, {.port = 0}, {.handle = handler, .refuse = refuse}, gate, log);
  REQUIRE(server.open());
  server.start();
  Peer peer = connect_to(server.port());
  const std::string body(50'000, 'b');
  for (int i = 0; i < 2; ++i) {
    peer.write("POST /echo HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(3000, 'h') +
               "\r\nContent-Length: 50000\r\n\r\n" + body);
    CHECK(peer.read_answer().ends_with(body));
    thread.loop.call([] {});  // after the wake-up that wrote the answer
    std::size_t held = 0;
    thread.loop.call(
        [&] { held = seen->body.capacity() + seen->headers.capacity() * sizeof(Header) + seen->path.capacity(); });
    CHECK(held < 100);
  }
}

}  // namespace godwit::net
