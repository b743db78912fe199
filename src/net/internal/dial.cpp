#include "net/internal/dial.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "net/http/text.hpp"
#include "net/internal/proof.hpp"
#include "net/loop/event_loop.hpp"
#include "net/websocket/frame.hpp"
#include "net/websocket/handshake.hpp"
#include "net/websocket/shared_frame.hpp"

namespace godwit::net::internal {
namespace {

constexpr std::size_t kMostAnswer = 8 * 1024;  ///< bytes of the listener's answer

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

Result<Address> look_up(const Call& call, int flags) {
  const addrinfo hints{.ai_flags = AI_NUMERICSERV | flags, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  if (const int why = ::getaddrinfo(call.host.c_str(), std::to_string(call.port).c_str(), &hints, &found); why != 0)
    return fail(Code::unavailable, call.host + ": " + ::gai_strerror(why));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  Address address{.size = found->ai_addrlen};
  std::memcpy(&address.bytes, found->ai_addr, found->ai_addrlen);
  return address;
}

/// A dead peer is found by the kernel: probes after 10 s of silence, or data that nobody acknowledges for 20 s.
void set_options(int fd, int receive_buffer) noexcept {
  const auto set = [fd](int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(IPPROTO_TCP, TCP_NOTSENT_LOWAT, 32 * 1024);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 3);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 20'000);
  if (receive_buffer > 0) set(SOL_SOCKET, SO_RCVBUF, receive_buffer);
}

/// The listener's answer, as much of HTTP as it needs.
struct AnswerHead {
  int status = 0;
  std::string_view head;

  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
      at += 2;
      const auto line = head.substr(at, head.find("\r\n", at) - at);
      const auto colon = line.find(':');
      if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name)) {
        const auto value = line.substr(colon + 1);
        const auto begin = std::min(value.find_first_not_of(" \t"), value.size());
        return value.substr(begin, value.find_last_not_of(" \t") + 1 - begin);
      }
    }
    return {};
  }
};

std::string fresh_key(Random& random) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::byte, 22> bytes;
  random.fill(bytes);
  std::string key;
  for (const auto byte : bytes) key += kDigits[static_cast<unsigned>(byte) & 63U];
  key.back() = std::string_view("AQgw")[static_cast<unsigned>(bytes.back()) & 3U];  // carries two bits
  return key + "==";
}

/// One call. Held by its deadline's timer, and by whoever looks its name up.
class Dialling final : public Readiness, public std::enable_shared_from_this<Dialling> {
 public:
  using Done = std::move_only_function<void(Result<RawSocket>)>;
  Dialling(const Phone& phone, Call call, Done done)
      : phone_(phone), loop_(*EventLoop::current()), call_(std::move(call)), done_(std::move(done)) {
    opening_ = {.path = call_.path,
                .protocol = call_.protocol,
                .dialler = call_.dialler,
                .listener = call_.listener,
                .dialler_nonce = phone_.random.hex(kNonceDigits),
                .listener_nonce = {}};
  }
  ~Dialling() override {
    if (fd_ >= 0) ::close(fd_);
  }

  void start() {
    loop_.post_after(call_.deadline, [self = shared_from_this()] { self->give_up(Code::unavailable, "no answer"); });
    auto address = look_up(call_, AI_NUMERICHOST);
    if (address || phone_.resolver == nullptr)
      return loop_.post([self = shared_from_this(), found = std::move(address)] { self->connect(found); });
    phone_.resolver->post([self = shared_from_this()] {
      auto found = look_up(self->call_, 0);
      self->loop_.post([self, named = std::move(found)] { self->connect(named); });
    });
  }

 private:
  void connect(const Result<Address>& address) {
    if (!done_) return;
    if (!address) return give_up(Code::unavailable, address.error().detail);
    fd_ = ::socket(address->bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return give_up(Code::unavailable, std::strerror(errno));
    set_options(fd_, call_.receive_buffer);
    const int begun = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address->bytes), address->size);
    if (begun != 0 && errno != EINPROGRESS) return give_up(Code::unavailable, std::strerror(errno));
    if (!loop_.watch(fd_, *this)) return give_up(Code::unavailable, "cannot be watched");
    watched_ = true;
  }

  void on_ready(bool readable, bool writable, bool hung_up) override {
    const auto self = shared_from_this();
    if (writable && !asked_) ask();
    if (done_ && (readable || hung_up)) read();
  }

  void ask() {
    int why = 0;
    socklen_t size = sizeof why;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &why, &size);
    if (why != 0) return give_up(Code::unavailable, std::strerror(why));
    key_ = fresh_key(phone_.random);
    const std::string request = "GET " + call_.path + " HTTP/1.1\r\nHost: " + call_.listener +
                                "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13" +
                                "\r\nSec-WebSocket-Key: " + key_ + "\r\nSec-WebSocket-Protocol: " + call_.protocol +
                                "\r\nGodwit-Name: " + call_.dialler + "\r\nGodwit-Nonce: " + opening_.dialler_nonce +
                                "\r\n\r\n";
    asked_ = true;
    say(request);
  }

  /// A fresh socket takes this much at once, or it is broken.
  void say(std::string_view bytes) {
    if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
      give_up(Code::unavailable, "it hung up");
  }

  void read() {
    std::array<char, 2048> buffer;
    for (;;) {
      const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0 && errno == EAGAIN) return;
      if (size <= 0) return give_up(Code::unavailable, size < 0 ? std::strerror(errno) : "it hung up");
      came_.append(buffer.data(), static_cast<std::size_t>(size));
      if (const auto end = came_.find("\r\n\r\n"); end != std::string::npos) return judge(end);
      if (came_.size() > kMostAnswer) return give_up(Code::unavailable, "its answer is none of ours");
    }
  }

  void judge(std::size_t end) {
    const AnswerHead answer{.head = std::string_view(came_).substr(0, end)};
    const bool upgraded = answer.head.starts_with("HTTP/1.1 101 ") && answer.header("upgrade") == "websocket" &&
                          answer.header("sec-websocket-accept") == websocket_accept(key_) &&
                          answer.header("sec-websocket-protocol") == call_.protocol;
    if (!upgraded) {
      auto why = std::string(answer.head.substr(0, std::min<std::size_t>(answer.head.find("\r\n"), 60)));
      return give_up(Code::unavailable, "it answers " + why + ": " + came_.substr(end + 4, 100));
    }
    if (const auto name = answer.header("godwit-name"); name != call_.listener) {
      return give_up(Code::not_found, "there answers " + std::string(name.substr(0, 64)));
    }
    opening_.listener_nonce = answer.header("godwit-nonce");
    const auto proof = to_hex(listener_proof(phone_.secret, opening_));
    if (!is_nonce(opening_.listener_nonce) || !same_proof(answer.header("godwit-proof"), proof)) {
      say_close();
      return give_up(Code::unauthenticated, "its secret is another");
    }
    came_.erase(0, end + 4);
    const auto message = SharedFrame::masked(final_frame(Opcode::binary),
                                             dialler_proof(phone_.secret, opening_, call_.letter) + call_.letter);
    say({message.data(), message.size()});
    if (done_) succeed();
  }

  void say_close() {
    const auto frame = SharedFrame::masked(final_frame(Opcode::close), close_payload(kSecretDiffers, "another secret"));
    (void)::send(fd_, frame.data(), frame.size(), MSG_NOSIGNAL);
  }

  void succeed() {
    RawSocket socket{.fd = std::exchange(fd_, -1), .early = std::move(came_), .loop = &loop_};
    const int fd = socket.fd;
    loop_.hand_over(fd, *this, [this, &socket] { std::exchange(done_, {})(std::move(socket)); });
  }

  void give_up(Code code, const std::string& why) {
    if (!done_) return;
    if (watched_) loop_.unwatch_and_close(std::exchange(fd_, -1), *this);
    std::exchange(done_,
                  {})(fail(code, call_.listener + " at " + call_.host + ":" + std::to_string(call_.port) + ": " + why));
  }

  const Phone& phone_;
  EventLoop& loop_;
  const Call call_;
  Done done_;  ///< empty: over
  Opening opening_{};
  std::string key_{}, came_{};
  int fd_ = -1;
  bool watched_ = false, asked_ = false;
};

}  // namespace

void dial(const Phone& phone, Call call, std::move_only_function<void(Result<RawSocket>)> done) {
  std::make_shared<Dialling>(phone, std::move(call), std::move(done))->start();
}

}  // namespace godwit::net::internal
