#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/gateway_role.hpp"
#include "gateway/hand_over.hpp"
#include "node/node_role.hpp"
#include "node/socket.hpp"
#include "simulate/person.hpp"

namespace godwit::simulate {

/// A server process as clients find it.
struct Entrance {
  Process* process = nullptr;
  gateway::GatewayRole* gateway = nullptr;  ///< of its present life
};

/// The wires between clients and the server. A call goes to a gateway, and is answered or is not. A line (a socket)
/// carries what is said in order, both ways, until one side ends it or it breaks: then both hear of it, some time.
class Front final : public Door, public gateway::HandOver {
 public:
  explicit Front(Network& network) : network_(network) {}

  std::vector<Entrance> entrances;
  /// A process that holds sockets, and how to find the role of its present life.
  struct NodeAt {
    Process* process = nullptr;
    std::function<node::NodeRole*()> role;
  };
  /// Where the socket of whoever this is goes.
  std::function<NodeAt(const Identity&)> node_for;

  /// Sockets come to their node up to a second and a half later, what nodes say of them to dispatchers up to 0.4 s.
  bool slow_openings = false;

  Task<Reply> ask(Process& from, Ask ask) override;
  void dial(Process& from, std::uint64_t line, std::string token, Ear& ear) override;
  void say(std::uint64_t line, std::string text) override;
  void hang_up(std::uint64_t line) override;

  /// Of a gateway, which runs as code of its process: `socket.fd` is the line's number.
  void take(net::RawSocket socket, user::Proven proven, Slots::Slot opening) override;
  /// The process has died: lines that end in it, or pass through it, break.
  void break_lines(const Process& dead);
  /// Some lines break, as they do.
  void break_some(Dice& dice, double share);

 private:
  class Plug;
  struct Line {
    Process* client = nullptr;
    Ear* ear = nullptr;
    Process* gateway = nullptr;
    Process* node = nullptr;
    unsigned generation = 0;
    Plug* plug = nullptr;   ///< the node's end, while it is there
    bool hung_up = false;   ///< by the client
    bool ended = false;     ///< the client has heard of its end, or will
    Time down = 0, up = 0;  ///< when what was said last comes
  };
  Entrance& some_entrance();
  [[nodiscard]] Time in_order(Time& last);
  void tell_end(std::uint64_t number, int code, int status);
  void end_plug(std::uint64_t number);
  void plug_in(std::uint64_t number, const NodeAt& at, const user::Proven& proven);
  static Task<Reply> serve(gateway::GatewayRole& gateway, Ask ask, std::string peer);
  static Task<void> serve_dial(Front& self, gateway::GatewayRole& gateway, std::uint64_t number, std::string token);

  Network& network_;
  std::map<std::uint64_t, Line> lines_;
};

}  // namespace godwit::simulate
