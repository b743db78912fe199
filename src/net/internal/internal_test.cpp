#include <doctest/doctest.h>
#include <fcntl.h>

#include <mutex>

#include "net/internal/dial.hpp"
#include "net/internal/first_message.hpp"
#include "net/internal/listener.hpp"
#include "net/internal/proof.hpp"
#include "net/loop/testing_loop.hpp"
#include "net/websocket/testing_frames.hpp"

namespace godwit::net::internal {
namespace {

using namespace net::testing;

/// Notes who came, and keeps the sockets.
struct Hall final : Door {
  [[nodiscard]] std::string_view path() const override { return "/internal/hall"; }
  [[nodiscard]] std::string_view protocol() const override { return "hall.1"; }
  void enter(Visitor visitor) override {
    const std::lock_guard lock(mutex);
    peers.emplace_back(visitor.socket.fd);
    seen.push_back(visitor.dialler + ": " + visitor.letter + "|" + visitor.socket.early);
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex);
    return seen;
  }
  std::mutex mutex;
  std::vector<std::string> seen;
  std::vector<Peer> peers;
};

struct Bed {
  explicit Bed(InternalListener::Settings settings = {}) {
    settings.name = "node-1", settings.secret = "a secret of the house";
    listener.emplace(std::vector{&thread.loop}, settings, std::vector<Door*>{&hall}, random, log);
    REQUIRE(listener->open());
    listener->start();
  }
  [[nodiscard]] Call call(std::string letter = {}) const {
    return {.host = "127.0.0.1",
            .port = listener->port(),
            .path = "/internal/hall",
            .protocol = "hall.1",
            .listener = "node-1",
            .dialler = "d-1",
            .letter = std::move(letter)};
  }
  Result<RawSocket> dial(Call call, const std::string& secret = "a secret of the house", Executor* resolver = nullptr) {
    phones.push_back(std::make_unique<Phone>(secret, random, resolver));
    std::optional<Result<RawSocket>> result;
    std::atomic<bool> done = false;
    thread.loop.call([&] {
      internal::dial(*phones.back(), std::move(call), [&](Result<RawSocket> socket) {
        result = std::move(socket);
        done = true;
      });
    });
    REQUIRE(eventually([&] { return done.load(); }, 8s));
    thread.loop.call([] {});  // which has let go of it
    return std::move(*result);
  }

  SystemRandom random;
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  std::vector<std::unique_ptr<Phone>> phones;
  Hall hall;
  LoopThread thread;
  std::optional<InternalListener> listener;
};

TEST_SUITE("net: internal connections") {
  TEST_CASE("a dialler that knows the secret comes in with its letter, and both have the socket") {
    Bed bed;
    auto socket = bed.dial(bed.call("hello"));
    REQUIRE(socket);
    REQUIRE(eventually([&] { return bed.hall.all().size() == 1; }));
    CHECK(bed.hall.all()[0] == "d-1: hello|");
    const Peer mine(socket->fd);
    CHECK(mine.write("there"));
    CHECK(bed.hall.peers[0].read_exactly(5) == "there");
  }

  TEST_CASE("another secret is refused, by the dialler first, and said to both") {
    Bed bed;
    const auto socket = bed.dial(bed.call(), "another secret of a house");
    REQUIRE_FALSE(socket);
    CHECK(socket.error().code == Code::unauthenticated);
    std::this_thread::sleep_for(20ms);
    CHECK(bed.hall.all().empty());
  }

  TEST_CASE("a name that another one answers for, a path or a version that nobody has, a port where nobody is") {
    Bed bed;
    auto call = bed.call();
    SUBCASE("name") {
      call.listener = "node-2";
      CHECK(bed.dial(call).error().code == Code::not_found);
    }
    SUBCASE("path") {
      call.path = "/internal/attic";
      CHECK(bed.dial(call).error().detail.contains("nothing is here"));
    }
    SUBCASE("version") {
      call.protocol = "hall.2";
      CHECK(bed.dial(call).error().detail.contains("only hall.1 is spoken here"));
    }
    SUBCASE("port") {
      call.port = 1;
      CHECK(bed.dial(call).error().code == Code::unavailable);
    }
    SUBCASE("host") {
      call.host = "no such host";
      CHECK(bed.dial(call).error().code == Code::unavailable);
    }
    CHECK(bed.hall.all().empty());
  }

  TEST_CASE("a name is looked up elsewhere, so that the loop does not wait") {
    Bed bed;
    LoopThread elsewhere;
    auto call = bed.call();
    call.host = "localhost";
    const auto socket = bed.dial(call, "a secret of the house", &elsewhere.loop);
    REQUIRE(socket);
    ::close(socket->fd);
  }

  TEST_CASE("who does not answer is given up at the deadline") {
    Bed bed;
    LoopThread silent;
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(fd, 1) == 0);
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    auto call = bed.call();
    call.port = ntohs(address.sin_port), call.deadline = 50ms;
    CHECK(bed.dial(call).error().detail.contains("no answer"));
    ::close(fd);
  }
}

/// By hand, up to the first message.
Peer knock(const Bed& bed) {
  Peer peer = connect_to(bed.listener->port());
  peer.write(
      "GET /internal/hall HTTP/1.1\r\nHost: node-1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: hall.1\r\nGodwit-Name: d-1\r\n"
      "Godwit-Nonce: 00112233445566778899aabbccddeeff\r\n\r\n");
  return peer;
}
std::string header(const std::string& answer, const std::string& name) {
  const auto at = answer.find(name + ": ");
  REQUIRE(at != std::string::npos);
  return answer.substr(at + name.size() + 2, answer.find("\r\n", at) - at - name.size() - 2);
}

TEST_SUITE("net: internal connections") {
  TEST_CASE("the first message proves the dialler: byte by byte, followed by more; once changed, it is refused") {
    Bed bed;
    Peer peer = knock(bed);
    const auto answer = peer.read_until("\r\n\r\n");
    REQUIRE(answer.starts_with("HTTP/1.1 101 "));
    const Opening opening{.path = "/internal/hall",
                          .protocol = "hall.1",
                          .dialler = "d-1",
                          .listener = "node-1",
                          .dialler_nonce = "00112233445566778899aabbccddeeff",
                          .listener_nonce = header(answer, "godwit-nonce")};
    CHECK(header(answer, "godwit-proof") == to_hex(listener_proof("a secret of the house", opening)));
    auto proof = dialler_proof("a secret of the house", opening, "letter");
    SUBCASE("right") {
      for (const char byte : client_frame(0x82, proof + "letter")) {
        peer.write({&byte, 1});
        std::this_thread::sleep_for(200us);
      }
      REQUIRE(eventually([&] { return bed.hall.all().size() == 1; }));
      CHECK(bed.hall.all()[0] == "d-1: letter|");
    }
    SUBCASE("with what follows") {
      peer.write(client_frame(0x82, proof + "letter") + "more");
      REQUIRE(eventually([&] { return bed.hall.all().size() == 1; }));
      CHECK(bed.hall.all()[0] == "d-1: letter|more");
    }
    const auto refused = [&](const std::string& bytes, char low) {
      peer.write(bytes);
      const auto said = peer.read_to_end();
      CHECK(said.substr(0, 1) == "\x88");
      CHECK(said.substr(3, 1) == std::string(1, low));
      CHECK(bed.hall.all().empty());
    };
    SUBCASE("another letter") { refused(client_frame(0x82, proof + "lettes"), 0x33); }  // 4403 is 0x1133
    SUBCASE("another proof") {
      proof[31] = static_cast<char>(proof[31] ^ 1);
      refused(client_frame(0x82, proof + "letter"), 0x33);
    }
    SUBCASE("too short") { refused(client_frame(0x82, proof.substr(0, 31)), 0x33); }
    SUBCASE("the listener's own proof comes back") {
      refused(client_frame(0x82, listener_proof("a secret of the house", opening)), 0x33);
    }
    SUBCASE("garbage") { refused("GET / HTTP/1.1\r\n\r\n", static_cast<char>(0xEA)); }  // 1002 is 0x03EA
    SUBCASE("too long") { refused(client_frame(0x82, std::string(5000, 'x')), static_cast<char>(0xEA)); }
  }

  TEST_CASE("who says nothing is let go, and only so many may do so at once") {
    Bed bed({.strangers = 2, .patience = 300ms});
    Peer one = knock(bed), two = knock(bed);
    CHECK(one.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    CHECK(two.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    CHECK(knock(bed).read_until("\r\n\r\n").starts_with("HTTP/1.1 503 "));
    CHECK(one.ended());
    CHECK(two.ended());
    CHECK(knock(bed).read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  }

  TEST_CASE("what differs makes another proof") {
    const Opening opening{
        .path = "/a", .protocol = "b", .dialler = "c", .listener = "d", .dialler_nonce = "e", .listener_nonce = "f"};
    const auto proof = dialler_proof("s", opening, "");
    CHECK(proof != listener_proof("s", opening));
    CHECK(proof != dialler_proof("t", opening, ""));
    CHECK(proof != dialler_proof("s", opening, "x"));
    Opening moved = opening;
    moved.path = "/ab", moved.protocol = "";
    CHECK(proof != dialler_proof("s", moved, ""));
    CHECK(same_proof(proof, dialler_proof("s", opening, "")));
    CHECK_FALSE(same_proof(proof, proof.substr(1)));
  }
}

}  // namespace
}  // namespace godwit::net::internal
