#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/slots.hpp"
#include "net/http/http.hpp"
#include "net/loop/event_loop.hpp"
#include "relay/frame_border.hpp"

namespace godwit::relay {

/// What the pairs of one loop share.
struct Desk {
  static constexpr std::size_t kRead = 16 * 1024;  ///< at once, and so the most that waits a direction of a pair
  static constexpr int kTurn = 8;                  ///< reads of one side before other sockets have their turn

  net::EventLoop& loop;
  std::unique_ptr<char[]> buffer = std::make_unique<char[]>(kRead);
};

/// A client's socket and a node's, joined: what comes from either goes to the other. While one takes no more the other
/// is not read: at most 16 KiB wait a direction, and nothing is allocated while nothing waits. An end of either side is
/// passed on; where the node ends without a close frame the client is sent one (1012), if none of its frames is cut.
/// On the loop's thread.
class Pair {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Nothing is left to do: destroy it, but not from within.
    virtual void over(Pair& pair) = 0;
    /// One side has ended: `expire` is to be called in a while.
    virtual void half_over(Pair& pair) = 0;
    /// `carry_on` is to be called soon.
    virtual void more(Pair& pair) = 0;
  };

  Pair(Desk& desk, Owner& owner, std::uint64_t number) : desk_(desk), owner_(owner), number_(number) {}
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair();

  /// The client's side, with what it said already; it is not read until there is a node. `opening` is held until the
  /// node says something, or one side is gone.
  void seat(net::RawSocket client, Slots::Slot opening);
  void join(net::RawSocket node);
  /// Closes with this code, as the server, at the border of a frame; false: there is none now, or it is too late.
  bool close(std::uint16_t code, std::string_view reason);
  void carry_on();
  /// Whoever has not ended by itself is cut off.
  void expire() { finish(); }
  [[nodiscard]] bool is_over() const noexcept { return over_ || client_.fd < 0; }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

 private:
  struct Side final : net::Readiness {
    explicit Side(Pair& own_pair) : pair(own_pair) {}
    void on_ready(bool readable, bool writable, bool hung_up) override;
    Pair& pair;
    int fd = -1;
    bool hung_up : 1 = false;                ///< its end was announced: read until it comes
    bool ended : 1 = false;                  ///< it sends no more
    bool shut : 1 = false;                   ///< it is sent no more, once what waits has left
    std::unique_ptr<std::string> waiting{};  ///< for it, which it takes no more of now
  };

  [[nodiscard]] Side& other(const Side& side) noexcept { return &side == &client_ ? node_ : client_; }
  void take(Side& side, int fd);
  void pump(Side& from);
  void heard_node(std::string_view bytes);
  void end_of(Side& from, bool failed);
  void write(Side& to, std::string_view bytes);
  void flush(Side& to);
  void shut(Side& to);
  void node_died();
  void drop(Side& side) noexcept;
  void settle();
  void finish();

  Desk& desk_;
  Owner& owner_;
  const std::uint64_t number_;
  Side client_{*this}, node_{*this};
  FrameBorder border_{};
  Slots::Slot opening_{};
  bool joined_ = false, closing_ = false, half_ = false, over_ = false;
};

}  // namespace godwit::relay
