#include "link/link_dialler.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>

#include "link/link_door.hpp"

namespace godwit::link {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// On the loop, but for `open`. Its jobs hold it weakly.
struct LinkDialler::Impl : std::enable_shared_from_this<Impl> {
  /// One node, for as long as it is on the list.
  struct Kept {
    discovery::Node node;
    std::shared_ptr<DispatcherWireLink> link{};
    bool trying = false;  ///< dials, or waits to
    bool dropped = false;
    milliseconds back_off{0};
    Clock::time_point opened{};
    std::string last_failure{};
  };
  using KeptPtr = std::shared_ptr<Kept>;

  Impl(net::EventLoop& own_loop, DispatcherEnd& own_end, const discovery::NodeList& own_list,
       const net::internal::Phone& own_phone, Settings own_settings, Log& own_log)
      : loop(own_loop),
        end(own_end),
        list(own_list),
        phone(own_phone),
        settings(std::move(own_settings)),
        log(own_log) {}

  void look() {
    if (stopped) return;
    auto nodes = list.nodes();
    std::erase_if(kept, [&](const auto& one) {
      const auto same = [&](const discovery::Node& node) {
        return node.name == one.first && node.host == one.second->node.host && node.port == one.second->node.port;
      };
      if (std::ranges::any_of(nodes, same)) return false;
      drop(*one.second);
      return true;
    });
    for (auto& node : nodes) {
      auto& one = kept[node.name];
      if (one) continue;
      one = std::make_shared<Kept>(Kept{.node = std::move(node)});
      try_later(one, milliseconds(0));
    }
    loop.post_after(settings.look, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->look();
    });
  }

  static void drop(Kept& one) {
    one.dropped = true;
    if (one.link) one.link->cut();
  }

  void stop() {
    stopped = true;
    for (auto& [name, one] : kept) drop(*one);
    kept.clear();
  }

  void try_later(const KeptPtr& one, milliseconds delay) {
    if (stopped || one->dropped || std::exchange(one->trying, true)) return;
    loop.post_after(delay, [weak = weak_from_this(), one] {
      if (const auto self = weak.lock()) self->call(one);
    });
  }

  /// Up to half as long again, so that dispatchers do not come together.
  void fall_back(const KeptPtr& one) {
    std::byte dice{};
    phone.random.fill({&dice, 1});
    one->back_off = std::clamp(one->back_off * 2, settings.back_off, settings.most_back_off);
    const auto most = one->back_off.count();
    try_later(one, milliseconds(most - most * static_cast<int>(dice) / 256 / 3));
  }

  void call(const KeptPtr& one) {
    if (stopped || one->dropped) return;
    net::internal::dial(phone,
                        {.host = one->node.host,
                         .port = one->node.port,
                         .path = std::string(kPath),
                         .protocol = std::string(kProtocol),
                         .listener = one->node.name,
                         .dialler = settings.dispatcher},
                        [weak = weak_from_this(), one](Result<net::RawSocket> socket) {
                          if (const auto self = weak.lock()) return self->answered(one, std::move(socket));
                          if (socket) ::close(socket->fd);
                        });
  }

  void answered(const KeptPtr& one, Result<net::RawSocket> socket) {
    one->trying = false;
    if (!socket) {
      if (one->last_failure != socket.error().detail)
        log.warn("link_not_opened", {{"node", one->node.name}, {"reason", socket.error().detail}});
      one->last_failure = socket.error().detail;
      return fall_back(one);
    }
    if (stopped || one->dropped) return static_cast<void>(::close(socket->fd));
    one->last_failure.clear();
    one->opened = Clock::now();
    one->link = std::make_shared<DispatcherWireLink>(end, one->node.name, settings.dispatcher, loop, settings.wire);
    all.emplace(one->link.get(), one->link);
    open.fetch_add(1, std::memory_order_relaxed);
    log.info("link_opened", {{"node", one->node.name}});
    one->link->open(*host, std::move(*socket), [this, one, link = one->link.get()] { closed(one, *link); });
  }

  void closed(const KeptPtr& one, WireLink& link) {
    log.info("link_ended", {{"node", link.node()}});
    open.fetch_sub(1, std::memory_order_relaxed);
    one->link.reset();
    all.erase(&link);
    if (Clock::now() - one->opened > std::chrono::seconds(1)) one->back_off = {};
    fall_back(one);
  }

  net::EventLoop& loop;
  DispatcherEnd& end;
  const discovery::NodeList& list;
  const net::internal::Phone& phone;
  const Settings settings;
  Log& log;
  std::unique_ptr<net::ChannelHost> host;
  std::map<std::string, KeptPtr> kept;
  std::map<WireLink*, std::shared_ptr<DispatcherWireLink>> all;  ///< with those of nodes that are not kept any more
  bool stopped = false;
  std::atomic<std::size_t> open{0};
};

LinkDialler::LinkDialler(net::EventLoop& loop, DispatcherEnd& end, const discovery::NodeList& nodes,
                         const net::internal::Phone& phone, Settings settings, Log& log)
    : impl_(std::make_shared<Impl>(loop, end, nodes, phone, std::move(settings), log)) {
  loop.call([this] {
    impl_->host = std::make_unique<net::ChannelHost>(impl_->loop, channel_settings(impl_->settings.wire, true));
  });
}

LinkDialler::~LinkDialler() {
  impl_->loop.call([this] {
    impl_->stopped = true;
    for (auto& [raw, link] : impl_->all) link->drop();
    impl_->all.clear();
    impl_->kept.clear();
    impl_->host.reset();
  });
}

void LinkDialler::start() {
  impl_->loop.post([self = impl_] { self->look(); });
}

void LinkDialler::stop() {
  impl_->loop.call([this] { impl_->stop(); });
}

std::size_t LinkDialler::links() const noexcept { return impl_->open.load(std::memory_order_relaxed); }

}  // namespace godwit::link
