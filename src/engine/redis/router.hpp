#pragma once
#include <atomic>
#include <map>

#include "engine/redis/connection.hpp"

namespace godwit::redis {

/// What became of requests on the way, since the start. Read on any thread.
struct Redirects {
  std::atomic<std::uint64_t> moved{0}, asked{0}, again{0};
};

/// Sends each request to the node that has its slot, and follows the cluster: slots that moved or are moving, nodes
/// that went, primaries that changed. A request is tried again only where nothing of it can have been done. On the
/// loop's thread.
class Router final : private ConnectionOwner {
 public:
  static constexpr std::chrono::milliseconds kTick{20};       ///< late requests are looked for so often
  static constexpr std::chrono::milliseconds kAgain{20};      ///< between two tries where Redis said so
  static constexpr std::chrono::milliseconds kAskAgain{100};  ///< between two questions for the slots
  static constexpr unsigned kStraight = 4;                    ///< redirects that are followed without a pause

  Router(net::EventLoop& loop, const Settings& settings, Log& log);
  ~Router() override;

  void submit(RequestPtr request);
  /// Everything that waits is told `unavailable`; what is submitted later, too.
  void close();
  [[nodiscard]] const Redirects& redirects() const noexcept { return redirects_; }

 private:
  struct Waiting {
    Time when;
    RequestPtr request;
  };

  void answered(const Address& from, RequestPtr request) override;
  void unknown(RequestPtr request) override;
  void not_sent(RequestPtr request) override;
  void broken(const Address& node) override;

  void route(RequestPtr request);
  [[nodiscard]] const Address* node_of(const Request& request);
  void send_to(const Address& node, RequestPtr request);
  void moved(const Address& to, RequestPtr request);
  void wait(RequestPtr request, std::chrono::milliseconds delay);
  void finish(RequestPtr request, Result<Reply> result);
  [[nodiscard]] Connection& connection_to(const Address& node);

  // router_slots.cpp: where the slots are
  void want_slots();
  void ask_for_slots(Time now);
  [[nodiscard]] const Address& whom_to_ask();
  void learn_slots(const Address& asked, const Result<Reply>& reply);
  void forget_nodes();

  void arm();
  void tick();

  net::EventLoop& loop_;
  const Settings& settings_;
  Log& log_;
  std::map<Address, std::unique_ptr<Connection>> connections_;
  std::vector<const Address*> slots_;  ///< the address is the key of a connection; nullptr: nobody knows
  std::vector<SlotRange> known_;       ///< as they were last told
  std::vector<Waiting> waiting_;       ///< no more than the client lets in
  std::size_t outstanding_ = 0;        ///< requests that were submitted and not finished
  Redirects redirects_;
  bool closed_ = false, armed_ = false;
  bool slots_wanted_ = false, asking_ = false;
  Time ask_at_{};
  std::size_t asked_ = 0;  ///< nodes were asked so often: they are asked by turns
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace godwit::redis
